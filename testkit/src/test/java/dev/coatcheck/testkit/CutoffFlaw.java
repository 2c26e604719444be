package dev.coatcheck.testkit;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffLines;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Mistakes of stores of lines, each one a store that is right but for it, with the tests that must catch it. */
enum CutoffFlaw {
    NONE {},

    A_DRAW_ASSIGNS(
            "theLaterOfTwoLinesStaysUntilTheLaterOfTheirEnds", "ofLinesThatRaceTheLatestStaysUntilTheLatestEnd") {
        @Override
        CutoffLine both(CutoffLine before, CutoffLine next) {
            return next;
        }
    },
    THE_LATER_LINE_BRINGS_ITS_OWN_END(
            "theLaterOfTwoLinesStaysUntilTheLaterOfTheirEnds", "ofLinesThatRaceTheLatestStaysUntilTheLatestEnd") {
        @Override
        CutoffLine both(CutoffLine before, CutoffLine next) {
            return next.notBefore().isBefore(before.notBefore()) ? before : next;
        }
    },
    A_DRAW_LOOKS_FIRST("ofLinesThatRaceTheLatestStaysUntilTheLatestEnd") {
        @Override
        void draw(Map<String, CutoffLine> lines, String key, CutoffLine line) {
            CutoffLine next =
                    Optional.ofNullable(lines.get(key)).map(line::later).orElse(line);
            pause();
            lines.put(key, next);
        }
    },
    USERS_AND_SESSIONS_SHARE_NAMES("aUserWhoIsNamedLikeASessionIsNotTheSession") {
        @Override
        String key(String kind, String name) {
            return name;
        }
    },
    CASE_IS_IGNORED("anyUserAndSessionHasALineOfItsOwn") {
        @Override
        String key(String kind, String name) {
            return kind + name.toLowerCase(Locale.ROOT);
        }
    },
    PURGE_TAKES_TOO_MUCH("onlyWhatWasKeptLongEnoughIsForgottenAndAtMostSoMany") {
        @Override
        boolean isOver(CutoffLine line, Instant keptBefore) {
            return !line.keptUntil().isAfter(keptBefore);
        }
    },
    PURGE_LOOKS_AT_THE_LINE_AND_NOT_AT_ITS_END("onlyWhatWasKeptLongEnoughIsForgottenAndAtMostSoMany") {
        @Override
        boolean isOver(CutoffLine line, Instant keptBefore) {
            return line.notBefore().isBefore(keptBefore);
        }
    },
    PURGE_HAS_NO_BOUND("onlyWhatWasKeptLongEnoughIsForgottenAndAtMostSoMany") {
        @Override
        int purge(Map<String, CutoffLine> lines, Instant keptBefore, int atMost) {
            return super.purge(lines, keptBefore, Integer.MAX_VALUE);
        }
    },
    PURGE_LOOKS_FIRST("aLineThatWasDrawnIsThereWhoeverCleansUp") {
        @Override
        int purge(Map<String, CutoffLine> lines, Instant keptBefore, int atMost) {
            List<String> over = over(lines, keptBefore, atMost);
            pause();
            over.forEach(lines::remove);
            return over.size();
        }
    };

    private final String caughtBy;

    CutoffFlaw(String... caughtBy) {
        this.caughtBy = String.join(" ", caughtBy);
    }

    List<String> caughtBy() {
        return List.of(caughtBy.split(" ", -1));
    }

    CutoffLine both(CutoffLine before, CutoffLine next) {
        return before.later(next);
    }

    void draw(Map<String, CutoffLine> lines, String key, CutoffLine line) {
        lines.merge(key, line, this::both);
    }

    String key(String kind, String name) {
        return kind + name;
    }

    boolean isOver(CutoffLine line, Instant keptBefore) {
        return line.keptUntil().isBefore(keptBefore);
    }

    int purge(Map<String, CutoffLine> lines, Instant keptBefore, int atMost) {
        int gone = 0;
        for (String key : over(lines, keptBefore, atMost)) {
            CutoffLine line = lines.get(key);
            if (line != null && isOver(line, keptBefore) && lines.remove(key, line)) {
                gone++;
            }
        }
        return gone;
    }

    List<String> over(Map<String, CutoffLine> lines, Instant keptBefore, int atMost) {
        return lines.entrySet().stream()
                .filter(line -> isOver(line.getValue(), keptBefore))
                .limit(atMost)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Opens the gap between a look and the write that trusts it. */
    private static void pause() {
        LockSupport.parkNanos(2_000_000);
    }

    /** A store in a map, with one flaw. */
    static final class Flawed implements CutoffStore {
        private final Map<String, CutoffLine> lines = new ConcurrentHashMap<>();
        private final CutoffFlaw flaw;
        private volatile boolean closed;

        Flawed(CutoffFlaw flaw) {
            this.flaw = flaw;
        }

        @Override
        public void draw(UserId user, CutoffLine line) {
            flaw.draw(open(), flaw.key("user ", user.value()), line);
        }

        @Override
        public void draw(SessionId session, CutoffLine line) {
            flaw.draw(open(), flaw.key("session ", session.toString()), line);
        }

        @Override
        public CutoffLines find(SessionId session, Optional<UserId> user) {
            Map<String, CutoffLine> found = open();
            return new CutoffLines(
                    user.map(who -> found.get(flaw.key("user ", who.value()))),
                    Optional.ofNullable(found.get(flaw.key("session ", session.toString()))));
        }

        @Override
        public int purge(Instant keptBefore, int atMost) {
            return flaw.purge(open(), keptBefore, atMost);
        }

        @Override
        public void close() {
            closed = true;
        }

        private Map<String, CutoffLine> open() {
            if (closed) {
                throw StoreUnavailableException.closed("look or draw");
            }
            return lines;
        }
    }
}
