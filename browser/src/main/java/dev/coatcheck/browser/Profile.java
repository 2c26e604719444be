package dev.coatcheck.browser;

import java.util.List;

/**
 * Which browser is modelled. Chromium is measured; Firefox and Safari are Chromium's rules with the differences that their makers document.
 */
public enum Profile {
    /** Chromium 156 as measured; Chrome, Edge, Brave and Opera are built on it. */
    CHROMIUM,
    /** Firefox: Chromium's rules with {@link #differences()}. */
    FIREFOX,
    /** Safari: Chromium's rules with {@link #differences()}. */
    SAFARI;

    /**
     * A way in which a browser differs from Chromium.
     *
     * @param says the difference in one sentence
     * @param source where it is documented
     * @param measured whether it was measured for this project; otherwise it is documented only
     */
    public record Difference(String says, String source, boolean measured) {
        private static Difference documented(String says, String source) {
            return new Difference(says, source, false);
        }
    }

    /** How the browser differs from Chromium, as far as the model knows and follows it. */
    public List<Difference> differences() {
        return switch (this) {
            case CHROMIUM -> List.of();
            case FIREFOX ->
                List.of(
                        Difference.documented(
                                "Third-party cookies are kept in a jar of their own for each top-level site (Total Cookie Protection)",
                                "support.mozilla.org, Introducing Total Cookie Protection in Standard Mode;"
                                        + " developer.mozilla.org, State Partitioning"),
                        Difference.documented(
                                "A cookie without SameSite counts as None, not as Lax",
                                "developer.mozilla.org, Set-Cookie, browser compatibility: SameSite defaults to Lax is behind"
                                        + " network.cookie.sameSite.laxByDefault"),
                        Difference.documented(
                                "SameSite=None is stored without Secure",
                                "developer.mozilla.org, Set-Cookie, browser compatibility: Secure context required is behind"
                                        + " network.cookie.sameSite.noneRequiresSecure"),
                        Difference.documented(
                                "No local-network permission is asked for in release builds",
                                "Mozilla bug 1481298; the preference network.lna.enabled"));
            case SAFARI ->
                List.of(
                        Difference.documented(
                                "Secure cookies are neither set nor sent on http://localhost",
                                "WebKit bug 281149 (support is being added since March 2026); mdn/browser-compat-data pull request 28461"),
                        Difference.documented(
                                "All third-party cookies are blocked; Partitioned ones are not",
                                "webkit.org/blog/10218, Full Third-Party Cookie Blocking and More;"
                                        + " Safari 18.4 release notes, opt-in partitioned cookies"),
                        Difference.documented(
                                "A cookie that a script sets lives 7 days at most",
                                "webkit.org/tracking-prevention, 7-Day Cap on All Script-Writeable Storage"),
                        Difference.documented(
                                "A cookie without SameSite counts as None, not as Lax",
                                "developer.mozilla.org, Set-Cookie, browser compatibility: SameSite defaults to Lax"),
                        Difference.documented(
                                "SameSite=None is stored without Secure",
                                "developer.mozilla.org, Set-Cookie, browser compatibility: Secure context required"),
                        Difference.documented(
                                "http on loopback is mixed content on an https page",
                                "WebKit bug 171934: loopback is not yet treated as potentially trustworthy"),
                        Difference.documented(
                                "No local-network permission is asked for by the browser",
                                "chromestatus.com, Local Network Access, other browsers' positions"));
        };
    }
}
