/** The programs behind {@code bench/run} and {@code bench/million}. Start with {@link dev.coatcheck.bench.Main}. */
package dev.coatcheck.bench;
