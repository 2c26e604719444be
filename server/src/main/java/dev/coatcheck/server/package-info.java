/** The pipeline on Jetty's core handlers, and the program around it. */
package dev.coatcheck.server;
