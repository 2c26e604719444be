/** A pure-Java model of a browser: what it sends, what it stores, what a page may read, and by which rule. */
package dev.coatcheck.browser;
