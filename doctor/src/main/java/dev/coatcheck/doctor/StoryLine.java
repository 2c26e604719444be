package dev.coatcheck.doctor;

/**
 * One step of the story.
 *
 * @param mark how it ended
 * @param step its name, such as {@code sign-in}
 * @param request the request, such as {@code POST http://localhost:8000/login}; empty for a step without one
 * @param says what happened, in a few words
 */
public record StoryLine(Mark mark, String step, String request, String says) {
    /** How a step ended. */
    public enum Mark {
        /** As it should. */
        FINE,
        /** The chain breaks here. */
        BROKEN,
        /** Something here should be changed. */
        DOUBTFUL,
        /** The step was not reached or not asked for. */
        SKIPPED
    }
}
