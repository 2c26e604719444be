package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** What {@link SessionSignals} tell of one session, after it was written. Nothing of its content travels. */
public sealed interface SessionSignal {
    /** Which session. */
    SessionId id();

    /**
     * An {@link SessionStore#apply} was applied: attributes, a touch, a new ticket or a new privilege.
     *
     * @param revision the revision that it gave the record: whoever has that one or a later one has what was written; empty
     *     where that is not known, because an earlier release told it
     */
    record Written(SessionId id, OptionalLong revision) implements SessionSignal {
        public Written(SessionId id, long revision) {
            this(id, OptionalLong.of(revision));
        }
    }

    /** It was ended, by whichever operation. A session that merely runs out of time is not told. */
    record Ended(SessionId id, EndReason why) implements SessionSignal {}

    /**
     * Reads what a channel carries as text: {@code written id revision}, {@code written id} of an earlier release, or
     * {@code ended reason id}, with these words for the first one of each. Of a reason that only a newer release knows it tells
     * that the session was written.
     *
     * @return empty for any other text: whoever relies on hearing everything has missed something
     */
    static Optional<SessionSignal> parse(String text, String written, String ended) {
        String[] words = text.split(" ", -1);
        if (words[0].equals(written) && words.length == 2) {
            return SessionId.parse(words[1]).map(id -> new Written(id, OptionalLong.empty()));
        }
        if (words[0].equals(written) && words.length == 3 && isNumber(words[2])) {
            return SessionId.parse(words[1]).map(id -> new Written(id, Long.parseLong(words[2])));
        }
        if (words[0].equals(ended) && words.length == 3) {
            Optional<EndReason> why = Arrays.stream(EndReason.values())
                    .filter(reason -> reason.name().equals(words[1]))
                    .findFirst();
            return SessionId.parse(words[2])
                    .map(id -> why.<SessionSignal>map(reason -> new Ended(id, reason))
                            .orElseGet(() -> new Written(id, OptionalLong.empty())));
        }
        return Optional.empty();
    }

    /** 1 to 18 digits. A word for each write: a regular expression would be half of its cost. */
    private static boolean isNumber(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return false;
            }
        }
        return !word.isEmpty() && word.length() <= 18;
    }

    /** One function per case. */
    default <T> T fold(Function<Written, T> written, Function<Ended, T> ended) {
        return this instanceof Written w ? written.apply(w) : ended.apply((Ended) this);
    }
}
