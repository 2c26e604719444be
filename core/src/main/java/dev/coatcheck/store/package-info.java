/** What the author of a store sees. */
package dev.coatcheck.store;
