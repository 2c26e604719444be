package dev.coatcheck.store;

import java.time.Instant;

/**
 * The condition of every update: the record has no ending, {@code now} lies before its deadline, and its privilege epoch
 * is still the one that was loaded.
 *
 * @param now compared with the stored deadline; the store reads no clock
 * @param epoch the epoch that the request's ticket was recognised in
 */
public record Guard(Instant now, int epoch) {}
