/** The command line. */
package dev.coatcheck.server.cli;
