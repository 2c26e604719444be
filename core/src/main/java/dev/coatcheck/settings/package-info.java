/** One table of settings, read from YAML, environment or a framework alike. */
package dev.coatcheck.settings;
