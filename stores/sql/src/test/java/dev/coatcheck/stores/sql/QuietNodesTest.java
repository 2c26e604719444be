package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.stores.sql.QuietNodes.Word;
import org.junit.jupiter.api.Test;

class QuietNodesTest {
    private final QuietNodes quiet = new QuietNodes();

    @Test
    void thatSomeAreThereIsSaidAtOnceAndOnce() {
        assertThat(quiet.after(false)).isEmpty();
        assertThat(quiet.after(true)).contains(Word.THERE_ARE_SOME);
        assertThat(quiet.after(true)).isEmpty();
    }

    /** As a node does when it starts: it closes the connection that looked at the tables before the pool opens its own. */
    @Test
    void aNodeThatIsGoneForAMomentDoesNotCountAsGone() {
        quiet.after(true);
        for (int i = 1; i < QuietNodes.PINGS; i++) {
            assertThat(quiet.after(false)).isEmpty();
        }
        assertThat(quiet.after(true)).isEmpty();
        for (int i = 1; i < QuietNodes.PINGS; i++) {
            assertThat(quiet.after(false)).isEmpty();
        }
        assertThat(quiet.after(false)).contains(Word.THERE_ARE_NONE);
        assertThat(quiet.after(false)).isEmpty();
        assertThat(quiet.after(true)).contains(Word.THERE_ARE_SOME);
    }
}
