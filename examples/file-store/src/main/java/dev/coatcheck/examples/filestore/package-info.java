/** A store of one's own, as the guide builds it. */
package dev.coatcheck.examples.filestore;
