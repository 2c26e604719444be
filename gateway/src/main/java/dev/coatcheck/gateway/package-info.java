/** One origin in front of several servers. Start with {@link dev.coatcheck.gateway.Gateway}. */
package dev.coatcheck.gateway;
