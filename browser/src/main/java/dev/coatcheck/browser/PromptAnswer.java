package dev.coatcheck.browser;

/** What the user does with a permission prompt. */
public enum PromptAnswer {
    /** The user agrees, and the permission stays. */
    ALLOW,
    /** The user refuses, and the refusal stays. */
    DENY,
    /** Nobody answers: the request waits. */
    IGNORE
}
