package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract bites: each flaw fails the test that is there to catch it. */
class BrokenUserStoresTest {
    private static volatile Flaw flaw = Flaw.NONE;

    enum Flaw {
        NONE(""),
        NAMES_COMPARED_AS_TYPED("aNameInAnotherSpellingIsTaken"),
        IDS_OVERWRITTEN("anIdIsTakenOnce"),
        EXPECTED_HASH_IGNORED("aPasswordIsReplacedOnlyWhileItIsTheExpectedOne"),
        LOOKED_BEFORE_ADDING("ofAccountsAddedAtOnceUnderOneNameOneIsStored"),
        LOOKED_BEFORE_REPLACING("ofPasswordsReplacedAtOnceOneIsSet"),
        DISABLED_HIDDEN("anAccountIsDisabledAndEnabledAndStaysFound"),
        LAST_OF_PAGE_TWICE("aListIsPagedInTheOrderOfAdding");

        private final String caughtBy;

        Flaw(String caughtBy) {
            this.caughtBy = caughtBy;
        }
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isCaughtByTheTestThatIsThereForIt(Flaw each) {
        flaw = each;
        List<String> failed = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Contract.class))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    failed.add(test.getDisplayName().replace("()", ""));
                }
            }
        });
        if (each == Flaw.NONE) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(failed).contains(each.caughtBy);
        }
    }

    static class Contract extends UserStoreContract {
        @Override
        protected UserStore open() {
            return new Broken(flaw);
        }
    }

    private static final class Broken implements UserStore {
        private final Flaw flaw;
        private final MemoryUserStore sound = new MemoryUserStore();
        private final CyclicBarrier looked = new CyclicBarrier(2);
        private final List<UserAccount> overwritten = new ArrayList<>();

        Broken(Flaw flaw) {
            this.flaw = flaw;
        }

        @Override
        public Optional<UserAccount> find(Username username) {
            return sound.find(username).filter(account -> flaw != Flaw.DISABLED_HIDDEN || !account.disabled());
        }

        @Override
        public Optional<UserAccount> find(UserId id) {
            return overwritten.stream()
                    .filter(account -> account.id().equals(id))
                    .findFirst()
                    .or(() -> sound.find(id));
        }

        @Override
        public Added add(UserAccount account) {
            if (flaw == Flaw.NAMES_COMPARED_AS_TYPED
                    && sound.find(account.username())
                            .filter(other -> other.username()
                                    .text()
                                    .equals(account.username().text()))
                            .isEmpty()) {
                sound.add(account);
                return Added.STORED;
            }
            if (flaw == Flaw.IDS_OVERWRITTEN && sound.find(account.id()).isPresent()) {
                overwritten.add(account);
                return Added.STORED;
            }
            if (flaw == Flaw.LOOKED_BEFORE_ADDING) {
                boolean free = sound.find(account.username()).isEmpty();
                letAnotherLook();
                sound.add(account);
                return free ? Added.STORED : Added.USERNAME_TAKEN;
            }
            return sound.add(account);
        }

        @Override
        public boolean changePassword(UserId id, PasswordHash hash) {
            return sound.changePassword(id, hash);
        }

        @Override
        public boolean replacePassword(UserId id, PasswordHash expected, PasswordHash hash) {
            if (flaw == Flaw.EXPECTED_HASH_IGNORED) {
                return sound.changePassword(id, hash);
            }
            if (flaw == Flaw.LOOKED_BEFORE_REPLACING) {
                boolean same = sound.find(id)
                        .filter(account -> account.passwordHash().equals(expected))
                        .isPresent();
                letAnotherLook();
                return same && sound.changePassword(id, hash);
            }
            return sound.replacePassword(id, expected, hash);
        }

        @Override
        public boolean setDisabled(UserId id, boolean disabled) {
            return sound.setDisabled(id, disabled);
        }

        @Override
        public Page<UserAccount> list(Optional<PageToken> after, int size) {
            Page<UserAccount> page = sound.list(after, size);
            if (flaw == Flaw.LAST_OF_PAGE_TWICE && size > 1) {
                return new Page<>(
                        page.items(),
                        page.next().map(next -> new PageToken(Integer.toString(Integer.parseInt(next.value()) - 1))));
            }
            return page;
        }

        @Override
        public void close() {
            sound.close();
        }

        /** Goes on together with another one that looked as well, or alone when none comes. */
        private void letAnotherLook() {
            try {
                looked.await(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                looked.reset();
            }
        }
    }
}
