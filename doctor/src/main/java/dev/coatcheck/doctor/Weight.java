package dev.coatcheck.doctor;

/** How much a finding weighs, heaviest first. */
public enum Weight {
    /** The sign-in does not hold because of it, or the page can't use the API. */
    BREAKS,
    /** The sign-in holds, but something around it fails or will fail. */
    HINDERS,
    /** The sign-in holds and somebody else may profit from it. */
    SECURITY,
    /** Worth knowing; does not change the exit code. */
    NOTE
}
