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
        /** The session layer. */
        SESSIONS,
        /** The session layer with a near-cache. */
        NEAR
    }

    /** The bare server, the same with longer answers, and for each store the bare call, the session layer, and the near-cache where there is one. */
    static List<Variant> of(List<StoreKind> stores) {
        List<Variant> all = new ArrayList<>(List.of(BARE, AS_LONG));
        for (StoreKind store : stores) {
            all.add(new Variant(Layer.CALL, Optional.of(store)));
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
