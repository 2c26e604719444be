package dev.coatcheck.browser;

/** Where a server stands as seen from the browser (Local Network Access §2.1), from near to far. */
public enum AddressSpace {
    /** This machine: 127.0.0.0/8, {@code ::1}. */
    LOOPBACK,
    /** The private network: 10/8, 172.16/12, 192.168/16, 169.254/16, 100.64/10, fc00::/7, fe80::/10. */
    LOCAL,
    /** Everywhere else. */
    PUBLIC
}
