package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A recorded browser session (HAR 1.2) as Chromium, Firefox and Safari export it; what the doctor does not need is not read. */
final class HarFile {
    private static final long MAX_SIZE = 64L << 20;
    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_BODY = 256 << 10;

    private HarFile() {}

    /**
     * The entries in the order in which they began.
     *
     * @throws CouldNotRunException when the file can't be read or is no HAR; the message says where it goes wrong
     */
    static List<HarEntry> read(Path file) throws CouldNotRunException {
        try {
            long size = Files.size(file);
            if (size > MAX_SIZE) {
                throw bad(
                        file,
                        "it has " + (size >> 20) + " MiB, " + (MAX_SIZE >> 20)
                                + " at most; record a shorter session, without content of images and scripts");
            }
            return entries(file, Json.mapper().readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw bad(file, "there is no such file");
        } catch (IOException e) {
            throw bad(file, "it can't be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw bad(
                    file,
                    "it is no JSON"
                            + Optional.ofNullable(e.getLocation())
                                    .map(at -> ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                                    .orElse(""));
        }
    }

    private static CouldNotRunException bad(Path file, String why) {
        return CouldNotRunException.because("Can't explain " + file + ": " + why + ".");
    }

    private static List<HarEntry> entries(Path file, JsonNode root) throws CouldNotRunException {
        JsonNode list = root.path("log").path("entries");
        if (!list.isArray()) {
            throw bad(file, "it is JSON and no HAR: log.entries is missing");
        }
        if (list.isEmpty() || list.size() > MAX_ENTRIES) {
            throw bad(file, "it holds " + list.size() + " requests, from 1 to " + MAX_ENTRIES + " can be explained");
        }
        List<HarEntry> entries = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            int number = i;
            entries.add(entry(list.get(i))
                    .orElseThrow(() -> bad(
                            file,
                            "log.entries[" + number
                                    + "] lacks a request with method and url, or a startedDateTime such as"
                                    + " 2026-11-20T10:00:00.000Z")));
        }
        entries.sort(java.util.Comparator.comparing(HarEntry::started));
        return entries;
    }

    private static Optional<HarEntry> entry(JsonNode node) {
        JsonNode request = node.path("request");
        Optional<Instant> started = instant(node.path("startedDateTime").asString(""));
        String method = request.path("method").asString("");
        String url = withoutFragment(request.path("url").asString(""));
        if (started.isEmpty() || method.isEmpty() || url.isEmpty()) {
            return Optional.empty();
        }
        Headers headers = headers(request.path("headers"));
        JsonNode text = request.path("postData").path("text");
        return Optional.of(new HarEntry(
                started.get(),
                kind(node, headers, method),
                method,
                url,
                headers,
                text.isString() ? Optional.of(cut(text.asString())) : Optional.empty(),
                response(node.path("response"))));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Chromium names the type; the others send Sec-Fetch-Dest or at least an Origin. */
    private static String kind(JsonNode node, Headers headers, String method) {
        String type = node.path("_resourceType").asString("").toLowerCase(Locale.ROOT);
        if (!type.isEmpty()) {
            return type;
        }
        String destination = headers.first("Sec-Fetch-Dest").orElse("");
        if (destination.equals("document")) {
            return "document";
        }
        if (method.equals("OPTIONS") && headers.contains("Access-Control-Request-Method")) {
            return "preflight";
        }
        if (destination.equals("empty") || (destination.isEmpty() && headers.contains("Origin"))) {
            return "fetch";
        }
        boolean asksForPage =
                headers.first("Accept").filter(a -> a.startsWith("text/html")).isPresent();
        return destination.isEmpty() && asksForPage ? "document" : "other";
    }

    private static Headers headers(JsonNode list) {
        List<Headers.Field> fields = new ArrayList<>();
        for (JsonNode header : list) {
            String name = header.path("name").asString("");
            if (!name.isEmpty() && !name.startsWith(":")) {
                // Chromium joins several lines of one name by a line feed.
                for (String value : header.path("value").asString("").split("\n", -1)) {
                    fields.add(new Headers.Field(name, value.strip()));
                }
            }
        }
        return Headers.of(fields);
    }

    private static Optional<NetworkResponse> response(JsonNode node) {
        int status = node.path("status").asInt(0);
        if (status < 100 || status > 999) {
            return Optional.empty();
        }
        JsonNode content = node.path("content");
        boolean readable =
                content.path("text").isString() && !content.path("encoding").isString();
        return Optional.of(new NetworkResponse(
                status,
                headers(node.path("headers")),
                readable ? cut(content.path("text").asString()) : ""));
    }

    private static String cut(String text) {
        return text.length() > MAX_BODY ? text.substring(0, MAX_BODY) : text;
    }

    private static String withoutFragment(String url) {
        int hash = url.indexOf('#');
        String plain = hash < 0 ? url : url.substring(0, hash);
        return Origin.ofUrl(plain).isPresent() ? plain : "";
    }
}
