package dev.coatcheck.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One server that is measured beside the others.
 *
 * @param layer what stands between Jetty and the application
 * @param store where its data lies; empty for the server without anything
 */
record Variant(Layer layer, Optional<StoreKind> store) {
    /** The server that all are compared with. */
    static final Variant BARE = new Variant(Layer.NONE, Optional.empty());

    /** What of the difference is longer answers, to write and to read. */
    static final Variant AS_LONG = new Variant(Layer.AS_LONG, Optional.empty());

    /** What stands between Jetty and the application. */
    enum Layer {
        /** Nothing: the application answers what the request says. */
        NONE,
        /** Nothing, but the answer has the header lines that the session layer adds to it. */
        AS_LONG,
        /** No session layer, but one call to the store. */
        CALL,
        /** No session layer, but for a write the two calls that a session's takes: a look, and a write. */
        TWO_CALLS,
        /** The session layer. */
        SESSIONS,
        /** The session layer with a near-cache. */
        NEAR
    }

    /**
     * The bare server, the same with longer answers, and for each store the bare call, the two calls of a write
     * where it has any, the session layer, and the near-cache where there is one.
     */
    static List<Variant> of(List<StoreKind> stores) {
        List<Variant> all = new ArrayList<>(List.of(BARE, AS_LONG));
        for (StoreKind store : stores) {
            all.add(new Variant(Layer.CALL, Optional.of(store)));
            if (store.twoCalls().isPresent()) {
                all.add(new Variant(Layer.TWO_CALLS, Optional.of(store)));
            }
            all.add(new Variant(Layer.SESSIONS, Optional.of(store)));
            if (store.hasNearCache()) {
                all.add(new Variant(Layer.NEAR, Optional.of(store)));
            }
        }
        return List.copyOf(all);
    }

    /** The same store without a session layer. */
    Variant bareCall() {
        return new Variant(Layer.CALL, store);
    }

    /** The same store without a session layer, called as often as a session's write calls it without a near-cache. */
    Optional<Variant> asManyCalls(Operation operation) {
        return operation == Operation.WRITE && layer == Layer.SESSIONS
                ? store.filter(kind -> kind.twoCalls().isPresent())
                        .map(kind -> new Variant(Layer.TWO_CALLS, Optional.of(kind)))
                : Optional.empty();
    }

    /** Whether it is asked to: a read is one call anyway. */
    boolean does(Operation operation) {
        return layer != Layer.TWO_CALLS || operation == Operation.WRITE;
    }

    /** Whether people sign in there. */
    boolean hasSessions() {
        return layer == Layer.SESSIONS || layer == Layer.NEAR;
    }

    /** Whether what was noted can be asked for. */
    boolean keepsNotes() {
        return store.isPresent();
    }

    /** For a table. */
    String title(Operation operation) {
        return switch (layer) {
            case NONE -> "bare server";
            case AS_LONG -> "bare server, as long an answer";
            case CALL ->
                store.map(kind -> kind.title() + ", " + kind.bareCall(operation))
                        .orElseThrow();
            case TWO_CALLS ->
                store.map(kind -> kind.title() + ", " + kind.twoCalls().orElseThrow())
                        .orElseThrow();
            case SESSIONS -> store.map(StoreKind::title).orElseThrow() + ", sessions";
            case NEAR -> store.map(StoreKind::title).orElseThrow() + ", sessions, near-cached";
        };
    }

    /** For files and JSON. */
    String word() {
        return store.map(kind -> kind.word() + "-").orElse("")
                + layer.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
