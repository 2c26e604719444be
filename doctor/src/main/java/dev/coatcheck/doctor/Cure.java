package dev.coatcheck.doctor;

import java.util.List;
import java.util.Optional;

/**
 * The change that heals a finding, in the terms of one stack.
 *
 * @param stack whose terms these are
 * @param says what to change, in sentences
 * @param place the file or the part of the program that the lines belong to; empty when there are none
 * @param lines the lines to write there, complete enough to be used as they are
 */
public record Cure(Stack stack, String says, Optional<String> place, List<String> lines) {
    /** Copies the lines. */
    public Cure {
        lines = List.copyOf(lines);
    }
}
