package dev.coatcheck.accounts;

/**
 * What one Argon2id hash costs (RFC 9106).
 *
 * @param memoryKib KiB of memory, 8 per lane at least, {@value #MAX_MEMORY_KIB} at most
 * @param iterations passes over the memory, 1 at least
 * @param lanes 1 to 16; they are computed one after the other, so more of them only make a hash of another system readable
 */
public record Argon2Cost(int memoryKib, int iterations, int lanes) {
    /** 256 MiB: no stored text makes this program ask for more. */
    static final int MAX_MEMORY_KIB = 256 * 1024;

    /** 4 GiB filled in all passes together: some seconds of one CPU. */
    private static final long MAX_WORK_KIB = 4L * 1024 * 1024;

    /** 19 MiB and 2 passes, of one lane: the OWASP cheat sheet's first choice. 20 to 60 ms of one CPU. */
    public static final Argon2Cost DEFAULT = new Argon2Cost(19 * 1024, 2, 1);

    /** @throws IllegalArgumentException when a part is out of bounds, or they are together */
    public Argon2Cost {
        if (lanes < 1 || lanes > 16) {
            throw new IllegalArgumentException("Argon2 lanes are 1 to 16, not " + lanes);
        }
        if (memoryKib < 8 * lanes || memoryKib > MAX_MEMORY_KIB) {
            throw new IllegalArgumentException(
                    "Argon2 memory is " + 8 * lanes + " to " + MAX_MEMORY_KIB + " KiB, not " + memoryKib);
        }
        if (iterations < 1 || (long) iterations * memoryKib > MAX_WORK_KIB) {
            throw new IllegalArgumentException("Argon2 iterations are 1 to " + MAX_WORK_KIB / memoryKib + " at "
                    + memoryKib + " KiB, not " + iterations);
        }
    }

    public Argon2Cost withMemoryKib(int kib) {
        return new Argon2Cost(kib, iterations, lanes);
    }

    public Argon2Cost withIterations(int passes) {
        return new Argon2Cost(memoryKib, passes, lanes);
    }

    public Argon2Cost withLanes(int number) {
        return new Argon2Cost(memoryKib, iterations, number);
    }

    /** Whether the other one asks for more memory or more passes than this one. */
    boolean isBelow(Argon2Cost other) {
        return memoryKib < other.memoryKib || iterations < other.iterations;
    }
}
