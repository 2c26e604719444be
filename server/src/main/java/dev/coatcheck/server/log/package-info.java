/** The program's log, without secrets. */
package dev.coatcheck.server.log;
