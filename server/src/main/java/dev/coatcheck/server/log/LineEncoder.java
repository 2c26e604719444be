package dev.coatcheck.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** One event as one line for a person, or as one JSON object for a machine; secrets are taken out of either. */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = new byte[0];

    private final boolean json;

    LineEncoder(boolean json) {
        this.json = json;
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return (json ? object(event) : line(event)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static String line(ILoggingEvent event) {
        String trace = trace(event);
        String text = time(event) + " " + padded(event.getLevel().toString()) + " " + lastWord(event.getLoggerName())
                + ": " + event.getFormattedMessage();
        return Redaction.of(oneLine(text)) + "\n" + Redaction.of(indented(trace));
    }

    private static String object(ILoggingEvent event) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("time", time(event));
        members.put("level", event.getLevel().toString());
        members.put("logger", event.getLoggerName());
        members.put("thread", event.getThreadName());
        members.put("message", Redaction.of(event.getFormattedMessage()));
        String trace = trace(event);
        if (!trace.isEmpty()) {
            members.put("exception", Redaction.of(trace));
        }
        StringBuilder text = new StringBuilder("{");
        members.forEach((name, value) -> text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(quoted(value)));
        return text.append("}\n").toString();
    }

    /** What came in over the network must not begin a line of its own. */
    private static String oneLine(String text) {
        StringBuilder safe = new StringBuilder();
        text.chars().forEach(c -> {
            if (c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029) {
                safe.append(c == '\t' ? " " : String.format("\\u%04x", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.toString();
    }

    /** An exception's message may hold line breaks of a stranger's: no line of a trace begins like a line of the log. */
    private static String indented(String trace) {
        return trace.lines()
                .map(line -> "\t" + oneLine(line.stripLeading()) + "\n")
                .collect(Collectors.joining());
    }

    private static String quoted(String text) {
        StringBuilder safe = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                safe.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.append('"').toString();
    }

    private static String trace(ILoggingEvent event) {
        return event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
    }

    private static String time(ILoggingEvent event) {
        return DateTimeFormatter.ISO_INSTANT.format(event.getInstant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static String padded(String level) {
        return level.length() < 5 ? level + " ".repeat(5 - level.length()) : level;
    }

    private static String lastWord(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
