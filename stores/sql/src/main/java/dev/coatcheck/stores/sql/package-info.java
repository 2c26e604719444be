/** Sessions and accounts in a SQL database. Start with {@link SqlDatabase}. */
package dev.coatcheck.stores.sql;
