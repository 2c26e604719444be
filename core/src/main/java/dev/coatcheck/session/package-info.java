/** What a session is made of, and how long it lives. */
package dev.coatcheck.session;
