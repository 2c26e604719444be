package dev.coatcheck.browser;

/** The state of a permission as a page is told it (Permissions §3.1). */
public enum PermissionState {
    /** Given for this page. */
    GRANTED,
    /** The user would be asked. */
    PROMPT,
    /** Refused by the user, or not delegated to this frame. */
    DENIED
}
