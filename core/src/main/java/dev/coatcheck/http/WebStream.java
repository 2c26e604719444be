package dev.coatcheck.http;

/**
 * A body that comes bit by bit for as long as its maker likes, such as server-sent events. An adapter runs it without a thread of
 * its own: it hands over a {@link Sink}, and from then on writes when it is told to.
 *
 * <p>Exactly one of the two happens at first: {@link #begin}, or {@link #gone} where the answer can't be written at all.
 */
public interface WebStream {
    /** The head is set and leaves with the first bytes. Called once; returns at once. */
    void begin(Sink sink);

    /**
     * The reader went away, or what was written did not reach them: the sink takes nothing more. Called once at most, on any thread,
     * also after {@link Sink#cut}; never after {@link Sink#end} was carried out.
     */
    void gone();

    /** Where the bytes go. Safe from any thread; no method blocks. */
    interface Sink {
        /**
         * Sends these bytes at once. One write at a time: the next one when {@code taken} was called, which may be on any thread, and
         * before this returns. When the reader has gone it is not called.
         */
        void write(byte[] bytes, Runnable taken);

        /** Completes the answer. Not while a write is under way. */
        void end();

        /** Breaks the answer off, also while a write is under way. */
        void cut();
    }
}
