import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs npm scripts of the folder it is started in, for Maven and for {@code ./coatcheck}: {@code java client/Npm.java build}. Looks
 * for Node.js first and says what is missing; installs what {@code package-lock.json} names, unless that was done already.
 */
final class Npm {
    private static final String NEEDED =
            "Node.js 20.19 or newer is needed for the TypeScript packages and the demo app";
    private static final String WAY_OUT =
            "Install it from https://nodejs.org or with your package manager. Without it: ./mvnw verify -pl '!client'";
    private static final Path LOCK = Path.of("package-lock.json");
    private static final Path INSTALLED = Path.of("node_modules", ".coatcheck-lock");
    private static final boolean WINDOWS = File.separatorChar == '\\';

    public static void main(String[] scripts) throws Exception {
        try {
            if (!Files.isRegularFile(LOCK)) {
                throw new Missing("Start this in the folder with package-lock.json, not in "
                        + Path.of("").toAbsolutePath());
            }
            requireNode();
            requireNpm();
            install();
            for (String script : scripts) {
                run("npm run " + script, npm("run", script));
            }
        } catch (Missing missing) {
            System.err.println("ERROR: " + missing.getMessage());
            System.exit(1);
        }
    }

    private static void requireNode() throws InterruptedException {
        String version = firstLine(List.of("node", "--version"))
                .orElseThrow(() -> new Missing(NEEDED + ", and there is no 'node' on the PATH. " + WAY_OUT));
        Matcher parts = Pattern.compile("v(\\d+)\\.(\\d+)\\..*").matcher(version);
        if (!parts.matches() || !isNewEnough(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)))) {
            throw new Missing(NEEDED + "; 'node' on the PATH is " + version + ". " + WAY_OUT);
        }
    }

    private static boolean isNewEnough(int major, int minor) {
        return major > 20 || (major == 20 && minor >= 19);
    }

    private static void requireNpm() throws InterruptedException {
        firstLine(npm("--version"))
                .orElseThrow(
                        () -> new Missing("npm is needed for the TypeScript packages and the demo app, and there is no"
                                + " 'npm' on the PATH, although Node.js is: some distributions have it as a package of its own. "
                                + WAY_OUT));
    }

    /** {@code npm ci} takes half a minute: only where the lock file is not the one that was installed. */
    private static void install() throws Exception {
        String lock =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(LOCK)));
        if (Files.isRegularFile(INSTALLED) && Files.readString(INSTALLED).equals(lock)) {
            return;
        }
        System.out.println("Installing the packages that package-lock.json names (npm ci) ...");
        run("npm ci", npm("ci", "--no-audit", "--no-fund"));
        Files.writeString(INSTALLED, lock);
    }

    private static void run(String what, List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new Missing(what + " failed with status " + status + ": the lines above say why");
        }
    }

    private static Optional<String> firstLine(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
            return ended ? output.lines().findFirst() : Optional.empty();
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static List<String> npm(String... arguments) {
        List<String> command = new ArrayList<>(WINDOWS ? List.of("cmd", "/c", "npm") : List.of("npm"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }
}
