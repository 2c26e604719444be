/**
 * One table of settings, read from YAML, environment or a framework alike.
 *
 * <p>Start with {@link dev.coatcheck.settings.SettingsTable}; {@link dev.coatcheck.settings.Settings} holds what was set.
 */
package dev.coatcheck.settings;
