package dev.coatcheck.store;

/** Why a session ended. The constants' names are stored: add, never rename. */
public enum EndReason {
    /** The person signed out. */
    SIGNED_OUT,
    /** The person ended it from another device. */
    REVOKED_BY_USER,
    /** An administrator ended it. */
    REVOKED_BY_ADMIN,
    /** The account was disabled or its password changed. */
    ACCOUNT_CHANGED,
    /** A newer sign-in took its place on the same device. */
    REPLACED,
    /** The oldest of too many sessions of one user. */
    LIMIT,
    /** A rotated-out ticket was presented after its grace: it was stolen, or its thief was here first. */
    TOKEN_REUSED
}
