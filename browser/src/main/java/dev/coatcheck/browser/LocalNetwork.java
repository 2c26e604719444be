package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Local Network Access: which pages may reach the user's machine and network, and by which permission. */
final class LocalNetwork {
    private static final String ANY = "local-network-access";

    private final BrowserSettings settings;
    private final Map<Origin, Map<AddressSpace, PermissionState>> answers = new HashMap<>();

    LocalNetwork(BrowserSettings settings) {
        this.settings = settings;
    }

    /** Where a host stands. */
    AddressSpace spaceOf(String host) {
        return settings.addressSpaceOf().apply(host).orElseGet(() -> byName(host));
    }

    private static AddressSpace byName(String host) {
        if (Hosts.isLoopback(host)) {
            return AddressSpace.LOOPBACK;
        }
        boolean localName = host.indexOf('.') < 0 && !Hosts.isIpAddress(host);
        return isPrivateAddress(host) || isLocalName(host) || localName ? AddressSpace.LOCAL : AddressSpace.PUBLIC;
    }

    /** Whether a host is a private IPv4 or a local IPv6 address. */
    static boolean isPrivateAddress(String host) {
        return Hosts.isIpAddress(host)
                && (host.matches("(10|127)\\..*|192\\.168\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*|169\\.254\\..*")
                        || host.matches("100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*")
                        || host.matches("\\[(f[cd]|fe[89ab]).*|\\[::1\\]"));
    }

    private static boolean isLocalName(String host) {
        return host.endsWith(".local")
                || host.endsWith(".internal")
                || host.endsWith(".test")
                || host.endsWith(".home.arpa");
    }

    /** Whether http to that URL is left to the permission instead of being blocked as mixed content. */
    boolean exemptsFromMixedContent(Url url, Optional<AddressSpace> declared) {
        return settings.profile() == Profile.CHROMIUM
                && (looksLocal(url.host())
                        || declared.filter(space -> space != AddressSpace.PUBLIC)
                                .isPresent());
    }

    private static boolean looksLocal(String host) {
        return (isPrivateAddress(host) && !Hosts.isLoopback(host)) || host.endsWith(".local");
    }

    /** Whether the request may go on; {@code PROMPT} means that it waits for ever. */
    PermissionState decide(Document client, Url url, Optional<AddressSpace> declared, Decisions log) {
        AddressSpace target = spaceOf(url.host());
        boolean chromium = settings.profile() == Profile.CHROMIUM;
        if (chromium && declared.isPresent() && declared.get() != target) {
            log.refuse(
                    Step.SEND_REQUEST,
                    url.withoutFragment(),
                    Rule.LOCAL_NETWORK_SPACE_MISMATCH,
                    url,
                    Optional.of("targetAddressSpace " + declared.get()),
                    Optional.of("targetAddressSpace " + target));
            return PermissionState.DENIED;
        }
        boolean outside = client.top().url().isPresent() && spaceOfClient(client) == AddressSpace.PUBLIC;
        if (!chromium || !outside || target == AddressSpace.PUBLIC) {
            return PermissionState.GRANTED;
        }
        Optional<String> seen = Optional.of("a server that is " + target + ", asked by a page that is PUBLIC");
        Rule refusal = refusal(client, target, looksLocal(url.host()));
        if (refusal == Rule.LOCAL_NETWORK_GRANTED) {
            log.allow(Step.SEND_REQUEST, url.withoutFragment(), refusal, url);
            return PermissionState.GRANTED;
        }
        log.refuse(
                Step.SEND_REQUEST,
                url.withoutFragment(),
                refusal,
                url,
                seen,
                Optional.of(
                        "the user's permission " + name(target) + ", or an app that is served from the same place"));
        return refusal == Rule.LOCAL_NETWORK_PENDING ? PermissionState.PROMPT : PermissionState.DENIED;
    }

    private AddressSpace spaceOfClient(Document client) {
        return client.url()
                .or(() -> client.top().url())
                .map(url -> spaceOf(url.host()))
                .orElse(AddressSpace.PUBLIC);
    }

    private Rule refusal(Document client, AddressSpace target, boolean looksLocal) {
        if (!client.secure()) {
            return Rule.LOCAL_NETWORK_INSECURE;
        }
        // Judged by its name alone, Chromium asks about the network before it knows that the connection ends on this
        // machine.
        if (looksLocal
                && target == AddressSpace.LOOPBACK
                && state(client, AddressSpace.LOCAL) == PermissionState.PROMPT) {
            ask(client, AddressSpace.LOCAL);
        }
        PermissionState state = state(client, target);
        if (state == PermissionState.PROMPT) {
            state = ask(client, target);
        }
        return switch (state) {
            case GRANTED -> Rule.LOCAL_NETWORK_GRANTED;
            case PROMPT -> Rule.LOCAL_NETWORK_PENDING;
            case DENIED -> Rule.LOCAL_NETWORK_DENIED;
        };
    }

    private PermissionState ask(Document client, AddressSpace target) {
        PermissionState answer = switch (settings.promptAnswer()) {
            case ALLOW -> PermissionState.GRANTED;
            case DENY -> PermissionState.DENIED;
            case IGNORE -> PermissionState.PROMPT;
        };
        client.top()
                .origin()
                .ifPresent(origin -> answers.computeIfAbsent(origin, key -> new EnumMap<>(AddressSpace.class))
                        .put(target, answer));
        return answer;
    }

    private PermissionState state(Document client, AddressSpace target) {
        return client.mayUse(name(target), ANY) ? stored(client, target) : PermissionState.DENIED;
    }

    private PermissionState stored(Document client, AddressSpace target) {
        PermissionState initial =
                settings.grantedSpaces().contains(target) ? PermissionState.GRANTED : PermissionState.PROMPT;
        return client.top()
                .origin()
                .map(origin -> answers.getOrDefault(origin, Map.of()).getOrDefault(target, initial))
                .orElse(PermissionState.DENIED);
    }

    private static String name(AddressSpace space) {
        return space == AddressSpace.LOOPBACK ? "loopback-network" : "local-network";
    }

    /** What a page is told about a permission. */
    PermissionState query(Document client, String permission) {
        PermissionState state = switch (permission) {
            case "loopback-network" -> state(client, AddressSpace.LOOPBACK);
            case "local-network" -> state(client, AddressSpace.LOCAL);
            case ANY -> client.mayUse(ANY) ? both(client) : PermissionState.DENIED;
            default ->
                throw new IllegalArgumentException("Unknown permission '" + permission
                        + "': loopback-network, local-network, local-network-access");
        };
        return client.secure() ? state : PermissionState.DENIED;
    }

    private PermissionState both(Document client) {
        PermissionState loopback = stored(client, AddressSpace.LOOPBACK);
        PermissionState local = stored(client, AddressSpace.LOCAL);
        if (loopback == PermissionState.DENIED || local == PermissionState.DENIED) {
            return PermissionState.DENIED;
        }
        boolean granted = loopback == PermissionState.GRANTED || local == PermissionState.GRANTED;
        return granted ? PermissionState.GRANTED : PermissionState.PROMPT;
    }
}
