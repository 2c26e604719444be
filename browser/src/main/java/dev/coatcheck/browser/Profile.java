package dev.coatcheck.browser;

import java.util.List;

/**
 * Which browser is modelled. Chromium is measured; Firefox and Safari are Chromium's rules with the differences that were measured or that
 * their makers document.
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
     * @param measured whether it was measured for this project, of Safari in WebKitGTK; otherwise it is documented only
     */
    public record Difference(String says, String source, boolean measured) {
        private static Difference documented(String says, String source) {
            return new Difference(says, source, false);
        }

        private static Difference inFirefox(String says) {
            return new Difference(says, "measured in Firefox 153.7.0esr, 21 November 2026", true);
        }

        private static Difference inWebKitGtk(String says) {
            return new Difference(
                    says,
                    "measured in WebKitGTK 2.50.6, 21 November 2026, which shares WebKit's rules with Safari and has"
                            + " another network layer and cookie jar",
                    true);
        }
    }

    /** How the browser differs from Chromium, as far as the model knows and follows it. */
    public List<Difference> differences() {
        return switch (this) {
            case CHROMIUM -> List.of();
            case FIREFOX ->
                List.of(
                        Difference.inFirefox(
                                "Third-party cookies are kept in a jar of their own for each top-level site, and"
                                        + " nothing else is seen there (Total Cookie Protection)"),
                        Difference.inFirefox("A cookie without SameSite counts as None, not as Lax"),
                        Difference.inFirefox("http and https of one host are one site to cookies"),
                        Difference.inFirefox(
                                "A redirect of another site on the way makes a request cross-site to cookies"),
                        Difference.inFirefox("A cookie that is overwritten keeps its place in the header"),
                        Difference.inFirefox("__Host- takes a default path of / and a Domain that names a host without"
                                + " a registrable domain"),
                        Difference.documented(
                                "No local-network permission is asked for in release builds",
                                "Mozilla bug 1481298; the preference network.lna.enabled"));
            case SAFARI ->
                List.of(
                        Difference.inWebKitGtk("Secure cookies are neither set nor sent on http://localhost"),
                        Difference.inWebKitGtk("A cookie without SameSite counts as None, not as Lax"),
                        Difference.inWebKitGtk("SameSite=None is stored without Secure"),
                        Difference.inWebKitGtk("http and https of one host are one site to cookies"),
                        Difference.inWebKitGtk("http on loopback is mixed content on an https page"),
                        Difference.inWebKitGtk("A cookie that is overwritten keeps its place in the header"),
                        Difference.documented(
                                "All third-party cookies are blocked; Partitioned ones are not",
                                "webkit.org/blog/10218, Full Third-Party Cookie Blocking and More;"
                                        + " Safari 18.4 release notes, opt-in partitioned cookies"),
                        Difference.documented(
                                "A cookie that a script sets lives 7 days at most",
                                "webkit.org/tracking-prevention, 7-Day Cap on All Script-Writeable Storage"),
                        Difference.documented(
                                "No local-network permission is asked for by the browser",
                                "chromestatus.com, Local Network Access, other browsers' positions"));
        };
    }
}
