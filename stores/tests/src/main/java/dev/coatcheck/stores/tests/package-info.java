/** What all our stores are tested with and nobody else needs: Jetty's own tests, and records of earlier releases. */
@NullMarked
package dev.coatcheck.stores.tests;

import org.jspecify.annotations.NullMarked;
