package dev.coatcheck.site;

import crawlercommons.domains.EffectiveTldFinder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The rules of the public suffix list and its matching algorithm. The list is the copy inside crawler-commons; its own finder is
 * not used, because it refuses host names that browsers accept (underscores, long names) and needs two libraries more.
 */
final class SuffixList {
    private final Set<String> exact = new HashSet<>(20_000);
    private final Set<String> wildcards = new HashSet<>();
    private final Set<String> exceptions = new HashSet<>();

    private SuffixList(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            addRule(line.strip());
        }
    }

    static SuffixList get() {
        return Holder.LIST;
    }

    /** Where the public suffix of a name begins in it: 0 if all of it is one. The longest rule wins, exceptions before it. */
    int suffixStart(String name) {
        int start = 0;
        while (true) {
            String rest = name.substring(start);
            int dot = rest.indexOf('.');
            if (exceptions.contains(rest)) {
                return start + dot + 1;
            }
            boolean single = dot < 0;
            if (single || exact.contains(rest) || wildcards.contains(rest.substring(dot + 1))) {
                return start;
            }
            start += dot + 1;
        }
    }

    private void addRule(String line) {
        if (line.isEmpty() || line.startsWith("//")) {
            return;
        }
        if (line.startsWith("!")) {
            exceptions.add(ascii(line.substring(1)));
        } else if (line.startsWith("*.")) {
            wildcards.add(ascii(line.substring(2)));
        } else {
            exact.add(ascii(line));
        }
    }

    private static String ascii(String rule) {
        return IDN.toASCII(rule, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    }

    private static final class Holder {
        static final SuffixList LIST = read();

        private static SuffixList read() {
            // A class literal does not initialise the class, so nothing of the library runs.
            try (InputStream data = EffectiveTldFinder.class.getResourceAsStream(EffectiveTldFinder.ETLD_DATA)) {
                if (data == null) {
                    throw new IllegalStateException(
                            "The public suffix list is missing: crawler-commons must be on the class or module path.");
                }
                return new SuffixList(new BufferedReader(new InputStreamReader(data, StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException("The public suffix list could not be read", e);
            }
        }
    }
}
