/** Contracts that a store is held against, and what tests of time and races need. Start with {@link SessionStoreContract}. */
package dev.coatcheck.testkit;
