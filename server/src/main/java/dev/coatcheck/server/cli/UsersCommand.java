package dev.coatcheck.server.cli;

import dev.coatcheck.Password;
import dev.coatcheck.accounts.AccountChange;
import dev.coatcheck.accounts.Accounts;
import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.server.run.CannotStartException;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoreUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coatcheck users}. */
@Command(
        name = "users",
        description = "The accounts. Passwords are typed at a prompt or piped in, never an argument.",
        synopsisSubcommandLabel = "COMMAND")
final class UsersCommand extends Group {
    private static final int PAGE = 500;

    private final Main.Surroundings surroundings;

    UsersCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(name = "add", description = "Add an account.")
    int add(
            @Mixin ConfigOption config,
            @Parameters(paramLabel = "USER", description = "The name to sign in with.") String user,
            @Nullable
                    @Option(names = "--name", paramLabel = "NAME", description = "What to call them; USER if not said.")
                    String name,
            @Nullable @Option(names = "--role", paramLabel = "ROLE", description = "A role; may be said again.")
                    List<String> roles) {
        String display = name == null ? user : name;
        List<String> given = roles == null ? List.of() : roles;
        return withPassword(config, user, (installation, password) -> {
            UserAccount added = done(installation.accounts().add(user, display, given, password));
            surroundings.terminal().say("Added " + added.username() + ".");
            return Main.DONE;
        });
    }

    @Command(name = "passwd", description = "Set another password, and end the user's sessions.")
    int passwd(@Mixin ConfigOption config, @Parameters(paramLabel = "USER", description = "Whose.") String user) {
        return withPassword(config, user, (installation, password) -> {
            UserAccount changed = done(installation.accounts().changePassword(user, password));
            return endSessions(installation, changed, "The password of " + changed.username() + " was changed");
        });
    }

    @Command(name = "disable", description = "Let nobody sign in to this account, and end the user's sessions.")
    int disable(@Mixin ConfigOption config, @Parameters(paramLabel = "USER", description = "Whose.") String user) {
        try (Installation installation = config.open(surroundings.environment())) {
            UserAccount disabled = done(installation.accounts().disable(user));
            return endSessions(installation, disabled, disabled.username() + " can't sign in any more");
        }
    }

    @Command(name = "enable", description = "Let the person sign in again.")
    int enable(@Mixin ConfigOption config, @Parameters(paramLabel = "USER", description = "Whose.") String user) {
        try (Installation installation = config.open(surroundings.environment())) {
            UserAccount enabled = done(installation.accounts().enable(user));
            surroundings.terminal().say(enabled.username() + " can sign in again.");
            return Main.DONE;
        }
    }

    @Command(name = "list", description = "List the accounts in the order in which they were added.")
    int list(
            @Mixin ConfigOption config,
            @Option(names = "--json", description = "One JSON object per line, for a machine.") boolean json) {
        try (Installation installation = config.open(surroundings.environment())) {
            Accounts accounts = installation.accounts();
            Optional<PageToken> next = Optional.empty();
            do {
                Page<UserAccount> page = accounts.list(next, PAGE);
                page.items().forEach(account -> surroundings.terminal().say(json ? object(account) : line(account)));
                next = page.next();
            } while (next.isPresent());
            return Main.DONE;
        }
    }

    private static String line(UserAccount account) {
        return String.format(
                "%-24s %-8s %s  %s%s",
                account.username(),
                account.disabled() ? "disabled" : "active",
                account.createdAt(),
                account.displayName(),
                account.roles().isEmpty() ? "" : "  " + account.roles());
    }

    private static String object(UserAccount account) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", account.id().value());
        members.put("username", account.username().text());
        members.put("displayName", account.displayName());
        members.put("roles", account.roles());
        members.put("disabled", account.disabled());
        members.put("createdAt", account.createdAt().toString());
        return JsonDocument.text(members);
    }

    private int withPassword(ConfigOption config, String user, BiFunction<Installation, Password, Integer> work) {
        try (Installation installation = config.open(surroundings.environment())) {
            Password password = surroundings.terminal().newPassword(user);
            try {
                return work.apply(installation, password);
            } finally {
                password.wipe();
            }
        }
    }

    private static UserAccount done(AccountChange change) {
        return change.fold(account -> account, refused -> {
            throw CannotStartException.because(refused.detail(), "Nothing was changed.");
        });
    }

    /** Last: a sign-in that read the account before is then refused by the cutoff. */
    private int endSessions(Installation installation, UserAccount account, String what) {
        if (installation.plan().keepsSessionsInMemory()) {
            surroundings
                    .terminal()
                    .say(what + ". Sessions are in the server's memory: restart it to end those of this user.");
            return Main.DONE;
        }
        Instant now = InstantSource.system().instant();
        try {
            int ended = installation
                    .sessions()
                    .endAll(account.id(), Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now)
                    .size();
            surroundings.terminal().say(what + "; sessions ended: " + ended + ".");
            return Main.DONE;
        } catch (StoreUnavailableException e) {
            throw CannotStartException.because(
                    what + ", but the sessions may live on: " + e.getMessage() + ".",
                    "End them when the store answers: coatcheck sessions end " + account.username(),
                    e);
        }
    }
}
