package dev.coatcheck.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A started {@link Served}. */
final class ServerProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final String LISTENING = "listening ";

    private final Process process;
    private final int port;
    private final Path log;

    private ServerProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * What a server is started with.
     *
     * @param options for its JVM; {@code {variant}} stands for the variant's name
     * @param url the store's address; a hyphen where there is none
     */
    record Plan(Jdk jdk, List<String> options, Variant variant, String url, int users) {
        private List<String> command() {
            List<String> command = new ArrayList<>(jdk.command());
            command.addAll(List.of("-Xms256m", "-Xmx256m"));
            options.forEach(option -> command.add(option.replace("{variant}", variant.word())));
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    Served.class.getName(),
                    variant.layer().name(),
                    variant.store().map(Enum::name).orElse("-"),
                    url,
                    Integer.toString(users)));
            return command;
        }
    }

    /** Starts it and waits until it listens. Its log goes into the folder. */
    static ServerProcess start(Plan plan, Path folder) {
        Path log = folder.resolve(plan.variant().word() + ".log");
        try {
            Process process = new ProcessBuilder(plan.command())
                    .redirectError(log.toFile())
                    .start();
            return new ServerProcess(process, port(plan.variant(), process, log), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(Variant variant, Process process, Path log) throws IOException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> firstLine(process));
        try {
            String said = line.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (said.startsWith(LISTENING)) {
                return Integer.parseInt(said.substring(LISTENING.length()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(ServerProcess.class.getName()).log(System.Logger.Level.DEBUG, "no port", e);
        }
        process.destroyForcibly();
        throw CannotMeasureException.because(
                "The server " + variant.word() + " does not start.", Files.readString(log, StandardCharsets.UTF_8));
    }

    private static String firstLine(Process process) {
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                // A JVM option may have something to say first.
                if (line.startsWith(LISTENING)) {
                    return line;
                }
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** What it has to say. */
    Path log() {
        return log;
    }

    Cpu cpu() {
        return new Cpu(process.pid());
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(15, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            System.getLogger(ServerProcess.class.getName()).log(System.Logger.Level.DEBUG, "it is gone already", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
