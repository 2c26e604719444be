/** A bounded local cache in front of a session store. */
package dev.coatcheck.stores.nearcache;
