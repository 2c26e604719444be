/** How a ticket travels: cookie or bearer header. */
package dev.coatcheck.transport;
