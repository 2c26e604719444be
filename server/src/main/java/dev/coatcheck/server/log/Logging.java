package dev.coatcheck.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.coatcheck.settings.SettingsTable.LogFormat;
import dev.coatcheck.settings.SettingsTable.LogLevel;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The program's log: to standard error, one line an event. Found by Logback as its configurator, so that nothing is logged in
 * another way before the settings are known.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /**
     * The pool tells of each connection that broke, with a stack, and the client of a Cluster of each node at each look; that the
     * store does not answer we say ourselves.
     */
    private static final List<String> OF_EACH_CONNECTION = List.of(
            "com.zaxxer.hikari.pool.ProxyConnection",
            "com.zaxxer.hikari.pool.PoolBase",
            "io.lettuce.core.cluster.RedisClusterClient",
            "io.lettuce.core.cluster.topology.DefaultClusterTopologyRefresh");

    /** What was under way to a Cluster when its client was closed, with two stacks. */
    private static final List<String> OF_THE_END =
            List.of("io.netty.channel.AbstractChannel", "io.netty.util.concurrent.DefaultPromise.rejectedExecution");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        begin(context, LogLevel.WARNING, LogFormat.TEXT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on this level and this format. */
    public static void configure(LogLevel level, LogFormat format) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            begin(context, level, format);
        }
    }

    private static void begin(LoggerContext context, LogLevel level, LogFormat format) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        attach(console, context, level, format);
    }

    /** The same into a stream, for tests. */
    static void begin(LoggerContext context, LogLevel level, LogFormat format, OutputStream out) {
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        LineEncoder encoder = encoder(context, format);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(out);
        appender.start();
        root(context, level).addAppender(appender);
    }

    private static void attach(
            ConsoleAppender<ILoggingEvent> console, LoggerContext context, LogLevel level, LogFormat format) {
        console.setContext(context);
        console.setEncoder(encoder(context, format));
        console.start();
        root(context, level).addAppender(console);
    }

    private static LineEncoder encoder(LoggerContext context, LogFormat format) {
        LineEncoder encoder = new LineEncoder(format == LogFormat.JSON);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    /** Libraries are a level quieter: their INFO is our DEBUG. */
    private static Logger root(LoggerContext context, LogLevel level) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level.compareTo(LogLevel.INFO) <= 0 ? quieter(level) : logback(level));
        context.getLogger("dev.coatcheck").setLevel(logback(level));
        if (level.compareTo(LogLevel.INFO) <= 0) {
            OF_EACH_CONNECTION.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
            OF_THE_END.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        }
        return root;
    }

    private static Level quieter(LogLevel level) {
        return level == LogLevel.ERROR ? Level.ERROR : Level.WARN;
    }

    private static Level logback(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARNING -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }
}
