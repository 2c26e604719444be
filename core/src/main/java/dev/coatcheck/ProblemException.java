package dev.coatcheck;

/** Carries a {@link Problem} out of an endpoint: the exchange answers it. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private ProblemException(Problem problem) {
        super(problem.code(), null, false, false);
        this.problem = problem;
    }

    /** To be thrown where a problem ends the work. */
    public static ProblemException of(Problem problem) {
        return new ProblemException(problem);
    }

    public Problem problem() {
        return problem;
    }
}
