package dev.coatcheck.browser;

import dev.coatcheck.site.CookiePrefix;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.ParsedSetCookie;
import dev.coatcheck.site.PublicSuffixes;
import dev.coatcheck.site.SameSite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The cookie jar: storage model and retrieval of RFC 6265bis (§5.7, §5.8) with Chromium's choices. Kept in order of creation. */
final class CookieJar {
    private static final Duration LAX_ALLOWING_UNSAFE = Duration.ofMinutes(2);
    private static final Duration ACCESS_GRANULARITY = Duration.ofMinutes(1);

    private final List<JarEntry> entries = new ArrayList<>();
    private final CookiePolicy policy;

    CookieJar(CookiePolicy policy) {
        this.policy = policy;
    }

    List<StoredCookie> living(Instant now) {
        dropExpired(now);
        return entries.stream().map(JarEntry::cookie).toList();
    }

    private void dropExpired(Instant now) {
        entries.removeIf(entry -> entry.cookie().isExpired(now));
    }

    // Storing

    /** Stores what a line asks for, or says why not. The skew is what the server's clock is behind ours. */
    void store(String line, CookieAccess access, Instant now, Duration skew, Decisions log) {
        ParsedSetCookie parsed = ParsedSetCookie.parse(line);
        Optional<CookieDomains.Scope> scope = CookieDomains.scope(access.url().host(), parsed.domain());
        List<Refusal> refusals = malformed(parsed, scope, access);
        if (refusals.isEmpty() && isBlocked(access, parsed.isPartitioned())) {
            refusals.add(new Refusal(policy.thirdPartyRule(), "", ""));
        }
        if (refusals.isEmpty()) {
            refusals.addAll(outOfContext(parsed, access));
        }
        if (refusals.isEmpty()) {
            StoredCookie cookie = cookie(parsed, scope.orElseThrow(), access, now, skew);
            refusals.addAll(overwriting(cookie, access));
            if (refusals.isEmpty()) {
                put(cookie, priority(parsed), access, now, log);
                return;
            }
        }
        for (Refusal refusal : refusals) {
            log.refuse(
                    Step.STORE_COOKIE,
                    parsed.name(),
                    refusal.rule(),
                    access.url(),
                    text(refusal.seen()),
                    text(refusal.needed()));
        }
    }

    private record Refusal(Rule rule, String seen, String needed) {}

    private static Optional<String> text(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private boolean isBlocked(CookieAccess access, boolean partitioned) {
        return access.thirdParty() && !partitioned && policy.blocksThirdParty();
    }

    /** What is wrong with the line whatever the context: Chromium refuses before it looks any further. */
    private List<Refusal> malformed(ParsedSetCookie parsed, Optional<CookieDomains.Scope> scope, CookieAccess access) {
        List<Refusal> found = new ArrayList<>();
        if (parsed.defect().isPresent()) {
            found.add(defect(parsed.defect().get()));
            return found;
        }
        if (scope.isEmpty()) {
            found.add(domainRefusal(parsed, access.url().host()));
        }
        CookiePrefix.of(parsed.name())
                .filter(prefix -> !keepsPromise(prefix, parsed, access))
                .ifPresent(prefix -> found.add(new Refusal(Rule.COOKIE_PREFIX, prefix.toString(), promise(prefix))));
        if (parsed.name().isEmpty() && CookiePrefix.of(parsed.value()).isPresent()) {
            found.add(new Refusal(Rule.COOKIE_NAMELESS_PREFIX, "", "a name before the ="));
        }
        if (parsed.name().isEmpty() && parsed.value().indexOf('=') >= 0) {
            found.add(new Refusal(Rule.COOKIE_NAMELESS_EQUALS, "", "a name before the ="));
        }
        if (parsed.isPartitioned() && !(parsed.isSecure() && policy.trusts(access))) {
            found.add(new Refusal(Rule.COOKIE_PARTITIONED_WITHOUT_SECURE, "Partitioned", "Secure, on https"));
        }
        return found;
    }

    private static Refusal defect(ParsedSetCookie.Defect defect) {
        return switch (defect) {
            case EMPTY -> new Refusal(Rule.COOKIE_EMPTY, "", "a name or a value");
            case CONTROL_CHARACTER -> new Refusal(Rule.COOKIE_CONTROL_CHARACTER, "", "printable characters only");
            case TOO_BIG -> new Refusal(Rule.COOKIE_TOO_BIG, "", "at most 4096 bytes in name and value together");
        };
    }

    private static Refusal domainRefusal(ParsedSetCookie parsed, String host) {
        String domain = parsed.domain().orElse("");
        String plain = domain.startsWith(".") ? domain.substring(1) : domain;
        boolean suffix = PublicSuffixes.isPublicSuffix(plain) && CookieDomains.covers(plain, host);
        return new Refusal(
                suffix ? Rule.COOKIE_PUBLIC_SUFFIX : Rule.COOKIE_DOMAIN_MISMATCH,
                "Domain=" + domain,
                "no Domain attribute"
                        + PublicSuffixes.registrableDomain(host)
                                .map(d -> ", or Domain=" + d)
                                .orElse(""));
    }

    private boolean keepsPromise(CookiePrefix prefix, ParsedSetCookie parsed, CookieAccess access) {
        String host = access.url().host();
        String domain = parsed.domain().orElse("");
        boolean hostBound = domain.isEmpty()
                || (Hosts.isIpAddress(host) && domain.equals(host))
                || (!policy.hostPrefixWantsPathWritten()
                        && CookieDomains.scope(host, parsed.domain())
                                .filter(CookieDomains.Scope::hostOnly)
                                .isPresent());
        return parsed.isSecure()
                && policy.trusts(access)
                && (!prefix.needsHttpOnly() || (parsed.isHttpOnly() && !access.script()))
                && (!prefix.needsHost() || (hostBound && isWholeHost(parsed, access)));
    }

    private boolean isWholeHost(ParsedSetCookie parsed, CookieAccess access) {
        String path = parsed.path()
                .orElseGet(() -> policy.hostPrefixWantsPathWritten()
                        ? ""
                        : CookieDomains.defaultPath(access.url().path()));
        return path.equals("/");
    }

    private static String promise(CookiePrefix prefix) {
        return "Secure, on https or this machine"
                + (prefix.needsHttpOnly() ? "; HttpOnly, set by a response" : "")
                + (prefix.needsHost() ? "; Path=/; no Domain" : "");
    }

    private List<Refusal> outOfContext(ParsedSetCookie parsed, CookieAccess access) {
        List<Refusal> found = new ArrayList<>();
        if (parsed.isSecure() && !policy.trusts(access)) {
            found.add(new Refusal(
                    Rule.COOKIE_SECURE_ONLY, "Secure on " + access.url().scheme(), "https, or no Secure"));
        }
        if (parsed.isHttpOnly() && access.script()) {
            found.add(new Refusal(Rule.COOKIE_HTTP_ONLY, "HttpOnly", "a response that sets it"));
        }
        if (parsed.sameSite().equals(Optional.of(SameSite.NONE)) && !parsed.isSecure() && policy.noneNeedsSecure()) {
            found.add(new Refusal(Rule.COOKIE_NONE_WITHOUT_SECURE, "SameSite=None", "SameSite=None; Secure"));
        }
        boolean crossSite = access.sameSite().compareTo(SameSiteContext.LAX) < 0;
        if (crossSite && !policy.crossSiteAllowed(parsed.sameSite())) {
            found.add(new Refusal(
                    sameSiteRule(parsed.sameSite()),
                    parsed.attribute("samesite").map(s -> "SameSite=" + s).orElse("no SameSite"),
                    "SameSite=None; Secure, or an API on the app's own site"));
        }
        return found;
    }

    private static Rule sameSiteRule(Optional<SameSite> sameSite) {
        return sameSite.map(s -> s == SameSite.STRICT ? Rule.COOKIE_SAME_SITE_STRICT : Rule.COOKIE_SAME_SITE_LAX)
                .orElse(Rule.COOKIE_SAME_SITE_DEFAULT);
    }

    private StoredCookie cookie(
            ParsedSetCookie parsed, CookieDomains.Scope scope, CookieAccess access, Instant now, Duration skew) {
        boolean secureSource = access.url().isSecure() || (parsed.isSecure() && !access.script());
        return new StoredCookie(
                parsed.name(),
                parsed.value(),
                scope.domain(),
                scope.hostOnly(),
                parsed.path()
                        .orElseGet(() -> CookieDomains.defaultPath(access.url().path())),
                parsed.isSecure(),
                parsed.isHttpOnly(),
                parsed.sameSite(),
                expiry(parsed, now, skew, policy.longestLife(access)),
                now,
                now,
                secureSource ? "https" : "http",
                access.url().port(),
                parsed.isPartitioned() ? access.partition() : policy.ownPartition(access));
    }

    private static Optional<Instant> expiry(ParsedSetCookie parsed, Instant now, Duration skew, Duration longest) {
        OptionalLong maxAge = parsed.maxAge();
        if (maxAge.isPresent()) {
            long seconds = Math.min(Math.max(maxAge.getAsLong(), 0), longest.toSeconds());
            return Optional.of(seconds == 0 ? Instant.EPOCH : now.plusSeconds(seconds));
        }
        Instant latest = now.plus(longest);
        return parsed.expires().map(date -> date.plus(skew)).map(date -> date.isAfter(latest) ? latest : date);
    }

    private static int priority(ParsedSetCookie parsed) {
        return switch (parsed.attribute("priority").orElse("").toLowerCase(Locale.ROOT)) {
            case "low" -> JarLimits.LOW;
            case "high" -> JarLimits.HIGH;
            default -> JarLimits.MEDIUM;
        };
    }

    private List<Refusal> overwriting(StoredCookie cookie, CookieAccess access) {
        List<Refusal> found = new ArrayList<>();
        for (JarEntry entry : entries) {
            StoredCookie old = entry.cookie();
            if (old.secure() && !policy.trusts(access) && shadows(cookie, old)) {
                found.add(new Refusal(Rule.COOKIE_LEAVES_SECURE_ALONE, "a Secure cookie of that name", "https"));
            } else if (old.httpOnly() && access.script() && sameKey(cookie, old)) {
                found.add(new Refusal(Rule.COOKIE_LEAVES_HTTP_ONLY_ALONE, "an HttpOnly cookie of that name", ""));
            }
        }
        return found;
    }

    private static boolean shadows(StoredCookie fresh, StoredCookie old) {
        return fresh.name().equals(old.name())
                && fresh.partition().equals(old.partition())
                && (CookieDomains.covers(old.domain(), fresh.domain())
                        || CookieDomains.covers(fresh.domain(), old.domain()))
                && CookieDomains.pathMatches(old.path(), fresh.path());
    }

    private static boolean sameKey(StoredCookie one, StoredCookie other) {
        return one.name().equals(other.name())
                && one.domain().equals(other.domain())
                && one.hostOnly() == other.hostOnly()
                && one.path().equals(other.path())
                && one.partition().equals(other.partition());
    }

    private void put(StoredCookie cookie, int priority, CookieAccess access, Instant now, Decisions log) {
        int place = entries.size();
        StoredCookie kept = cookie;
        for (int i = 0; i < entries.size(); i++) {
            StoredCookie old = entries.get(i).cookie();
            if (sameKey(cookie, old)) {
                boolean sameValue = policy.keepsPlace() || old.value().equals(cookie.value());
                entries.remove(i);
                place = sameValue ? i : entries.size();
                kept = sameValue ? JarEntry.createdAt(cookie, old.created()) : cookie;
                break;
            }
        }
        if (cookie.isExpired(now)) {
            log.allow(Step.STORE_COOKIE, cookie.name(), Rule.COOKIE_DELETED, access.url());
            return;
        }
        entries.add(place, new JarEntry(kept, priority));
        log.allow(Step.STORE_COOKIE, cookie.name(), Rule.COOKIE_STORED, access.url());
        for (StoredCookie evicted : JarLimits.enforce(entries, kept, now)) {
            log.refuse(Step.STORE_COOKIE, evicted.name(), Rule.COOKIE_EVICTED, access.url());
        }
    }

    // Sending

    /** The cookies for a request or a script, in the order of the header. */
    List<StoredCookie> retrieve(CookieAccess access, Instant now, Decisions log) {
        dropExpired(now);
        String group = CookieDomains.group(access.url().host());
        List<JarEntry> sent = new ArrayList<>();
        for (JarEntry entry : entries) {
            StoredCookie cookie = entry.cookie();
            if (!entry.group().equals(group) || (cookie.httpOnly() && access.script())) {
                continue;
            }
            boolean elsewhere = cookie.partition().isPresent() || policy.seesOwnPartitionOnly(access);
            if (elsewhere && !cookie.partition().equals(access.partition())) {
                log.refuse(Step.ATTACH_COOKIE, cookie.name(), Rule.COOKIE_OTHER_PARTITION, access.url());
                continue;
            }
            List<Refusal> refusals = withheld(cookie, access, now);
            for (Refusal refusal : refusals) {
                log.refuse(
                        Step.ATTACH_COOKIE,
                        cookie.name(),
                        refusal.rule(),
                        access.url(),
                        text(refusal.seen()),
                        text(refusal.needed()));
            }
            if (refusals.isEmpty()) {
                sent.add(entry);
            }
        }
        sent.sort(Comparator.comparingInt(entry -> -entry.cookie().path().length()));
        for (JarEntry entry : sent) {
            entry.touch(now, ACCESS_GRANULARITY);
            log.allow(Step.ATTACH_COOKIE, entry.cookie().name(), sendingRule(entry.cookie(), access), access.url());
        }
        return sent.stream().map(JarEntry::cookie).toList();
    }

    private static Rule sendingRule(StoredCookie cookie, CookieAccess access) {
        boolean unsafe = access.sameSite() == SameSiteContext.LAX_UNSAFE
                && cookie.sameSite().isEmpty();
        return unsafe ? Rule.COOKIE_LAX_ALLOWING_UNSAFE : Rule.COOKIE_SENT;
    }

    private List<Refusal> withheld(StoredCookie cookie, CookieAccess access, Instant now) {
        List<Refusal> found = new ArrayList<>();
        Url url = access.url();
        if (cookie.secure() && !policy.trusts(access)) {
            found.add(new Refusal(Rule.COOKIE_SECURE_ONLY, "Secure, on " + url.scheme(), "https"));
        }
        if (!CookieDomains.matches(cookie, url.host())) {
            found.add(new Refusal(
                    Rule.COOKIE_HOST_MISMATCH,
                    (cookie.hostOnly() ? "no Domain, set by " : "Domain=") + cookie.domain(),
                    "Domain=" + CookieDomains.group(url.host())));
        }
        if (!CookieDomains.pathMatches(cookie.path(), url.path())) {
            found.add(new Refusal(Rule.COOKIE_PATH_MISMATCH, "Path=" + cookie.path(), "Path=/"));
        }
        sameSiteRefusal(cookie, access, now).ifPresent(found::add);
        if (isBlocked(access, cookie.partition().isPresent())) {
            found.add(new Refusal(policy.thirdPartyRule(), "", ""));
        }
        return found;
    }

    private Optional<Refusal> sameSiteRefusal(StoredCookie cookie, CookieAccess access, Instant now) {
        SameSiteContext needed = switch (policy.effective(cookie.sameSite())) {
            case STRICT -> SameSiteContext.STRICT;
            case LAX -> SameSiteContext.LAX;
            case NONE -> SameSiteContext.CROSS_SITE;
        };
        boolean young = Duration.between(cookie.created(), now).compareTo(LAX_ALLOWING_UNSAFE) <= 0;
        if (cookie.sameSite().isEmpty() && young && needed == SameSiteContext.LAX) {
            needed = SameSiteContext.LAX_UNSAFE;
        }
        return access.sameSite().compareTo(needed) >= 0
                ? Optional.empty()
                : Optional.of(new Refusal(
                        sameSiteRule(cookie.sameSite()),
                        cookie.sameSite().map(s -> "SameSite=" + s).orElse("no SameSite"),
                        "SameSite=None; Secure, or a same-site request"));
    }

    // Clearing

    /** What {@code Clear-Site-Data: "cookies"} does: the cookies of the whole registrable domain go. */
    void clear(CookieAccess access) {
        String group = CookieDomains.group(access.url().host());
        boolean partitionOnly = isBlocked(access, false);
        entries.removeIf(entry -> entry.group().equals(group)
                && (entry.cookie().partition().isPresent()
                        ? entry.cookie().partition().equals(access.partition())
                        : !partitionOnly));
    }
}
