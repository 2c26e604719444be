/** Forgery protection: origin first, then a token bound to the session. */
package dev.coatcheck.csrf;
