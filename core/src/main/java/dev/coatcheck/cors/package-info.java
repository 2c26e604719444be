/** Which origins may read, decided once per request. */
package dev.coatcheck.cors;
