/** Tickets: their text, their secrets, the chain that one follows another on. */
package dev.coatcheck.token;
