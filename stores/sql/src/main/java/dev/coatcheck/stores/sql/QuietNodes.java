package dev.coatcheck.stores.sql;

import java.util.Optional;

/**
 * When it is said that some nodes don't tell of every write, and when that they do again. A node that starts closes its first
 * connection before it opens the next ones: that nobody is there counts only when it has held for a while, or whoever
 * switches near-caches on node by node would read that all is done before it is.
 */
final class QuietNodes {
    /** So many pings in a row: about two seconds. */
    static final int PINGS = 10;

    private boolean said;
    private int without;

    /** What to say. */
    enum Word {
        THERE_ARE_SOME,
        THERE_ARE_NONE
    }

    /** After one more ping. @return empty when there is nothing new */
    Optional<Word> after(boolean someTellNotAll) {
        without = someTellNotAll ? 0 : without + 1;
        if (someTellNotAll && !said) {
            said = true;
            return Optional.of(Word.THERE_ARE_SOME);
        }
        if (said && without >= PINGS) {
            said = false;
            return Optional.of(Word.THERE_ARE_NONE);
        }
        return Optional.empty();
    }
}
