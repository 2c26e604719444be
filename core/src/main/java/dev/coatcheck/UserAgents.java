package dev.coatcheck;

import java.util.List;

/** A person's words for a browser: "Firefox on Windows". A short table, for a list that its owner has to recognise. */
final class UserAgents {
    private record Mark(String inHeader, String name) {}

    /** The first that is found counts: many browsers name others as well. */
    private static final List<Mark> BROWSERS = List.of(
            new Mark("Edg", "Edge"),
            new Mark("OPR/", "Opera"),
            new Mark("Vivaldi/", "Vivaldi"),
            new Mark("SamsungBrowser/", "Samsung Internet"),
            new Mark("FxiOS/", "Firefox"),
            new Mark("Firefox/", "Firefox"),
            new Mark("CriOS/", "Chrome"),
            new Mark("Chrome/", "Chrome"),
            new Mark("Safari/", "Safari"),
            new Mark("curl/", "curl"),
            new Mark("okhttp/", "an Android app"),
            new Mark("Java-http-client/", "a Java program"),
            new Mark("node", "a Node.js program"));

    private static final List<Mark> SYSTEMS = List.of(
            new Mark("iPhone", "iPhone"),
            new Mark("iPad", "iPad"),
            new Mark("Android", "Android"),
            new Mark("Windows", "Windows"),
            new Mark("CrOS", "ChromeOS"),
            new Mark("Mac OS X", "macOS"),
            new Mark("Linux", "Linux"));

    private UserAgents() {}

    static String describe(String userAgent) {
        String browser = named(BROWSERS, userAgent);
        String system = named(SYSTEMS, userAgent);
        if (browser.isEmpty()) {
            return system.isEmpty() ? "Unknown device" : system;
        }
        return system.isEmpty() ? browser : browser + " on " + system;
    }

    private static String named(List<Mark> marks, String userAgent) {
        return marks.stream()
                .filter(mark -> userAgent.contains(mark.inHeader()))
                .map(Mark::name)
                .findFirst()
                .orElse("");
    }
}
