package dev.coatcheck.server.cli;

import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.server.run.CannotStartException;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoredSession;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coatcheck sessions}. */
@Command(
        name = "sessions",
        description = "Where a user is signed in, and how to end it.",
        synopsisSubcommandLabel = "COMMAND")
final class SessionsCommand extends Group {
    private static final int PAGE = 100;

    private final Main.Surroundings surroundings;

    SessionsCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(name = "list", description = "List a user's living sessions, latest sign-in first.")
    int list(
            @Mixin ConfigOption config,
            @Parameters(paramLabel = "USER", description = "Whose.") String user,
            @Option(names = "--json", description = "One JSON object per line, for a machine.") boolean json) {
        try (Installation installation = open(config)) {
            UserAccount account = account(installation, user);
            Instant now = InstantSource.system().instant();
            Optional<PageToken> next = Optional.empty();
            do {
                Page<StoredSession> page = installation.sessions().list(account.id(), next, PAGE, now);
                page.items().forEach(session -> surroundings.terminal().say(json ? object(session) : line(session)));
                next = page.next();
            } while (next.isPresent());
            return Main.DONE;
        }
    }

    @Command(name = "end", description = "End all sessions of a user.")
    int end(@Mixin ConfigOption config, @Parameters(paramLabel = "USER", description = "Whose.") String user) {
        try (Installation installation = open(config)) {
            UserAccount account = account(installation, user);
            Instant now = InstantSource.system().instant();
            int ended = installation
                    .sessions()
                    .endAll(account.id(), Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now)
                    .size();
            surroundings.terminal().say("Sessions ended: " + ended + ".");
            return Main.DONE;
        }
    }

    private Installation open(ConfigOption config) {
        Installation installation = config.open(surroundings.environment());
        if (installation.plan().keepsSessionsInMemory()) {
            installation.close();
            throw CannotStartException.because(
                    "Sessions are in the server's memory, where this program can't see them.",
                    "Set sessions to database or to the address of a Redis.");
        }
        return installation;
    }

    private static UserAccount account(Installation installation, String user) {
        return installation
                .accounts()
                .find(user)
                .orElseThrow(() -> CannotStartException.because(
                        "There is no user \"" + user + "\".", "List them: coatcheck users list"));
    }

    private static String line(StoredSession session) {
        return String.format(
                "%s  %-6s  seen %s  %s",
                session.id(),
                session.transport().wireName(),
                session.lastSeenAt(),
                session.device().name());
    }

    private static String object(StoredSession session) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", session.id().toString());
        members.put("transport", session.transport().wireName());
        members.put("createdAt", session.createdAt().toString());
        members.put("lastSeenAt", session.lastSeenAt().toString());
        members.put("expiresAt", session.expiresAt().toString());
        members.put("device", session.device().name());
        return JsonDocument.text(members);
    }
}
