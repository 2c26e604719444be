package dev.coatcheck.doctor;

import java.util.Optional;

/**
 * One thing that is wrong, why, and the change to make.
 *
 * @param code what it is
 * @param weight how much it weighs here; usually the code's own
 * @param step the step of the story, such as {@code sign-in}
 * @param request the request, such as {@code POST http://localhost:8000/login}
 * @param detail what exactly happened, in a sentence without a full stop
 * @param standard the standard and section of the rule that decided
 * @param seen the header line or value that was found, without secret values
 * @param needed what would have been accepted
 * @param cure the change to make
 */
public record Finding(
        FindingCode code,
        Weight weight,
        String step,
        String request,
        String detail,
        String standard,
        Optional<String> seen,
        Optional<String> needed,
        Cure cure) {}
