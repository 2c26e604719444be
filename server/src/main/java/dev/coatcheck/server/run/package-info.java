/** What the program runs: configuration file, key ring, stores, server. */
package dev.coatcheck.server.run;
