package dev.coatcheck.stores.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of itself in {@code INFO replication}.
 *
 * @param isReplica whether another server tells it what it holds
 * @param history the number of the line of writes that it holds; a server that was another's replica meanwhile has a new one,
 *     also when it is a master again
 */
record Standing(boolean isReplica, String history) {
    private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\w+)");
    private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:(\\w+)");

    static Standing of(String info) {
        String role = first(ROLE, info);
        return new Standing(!role.isEmpty() && !role.equals("master"), first(HISTORY, info));
    }

    private static String first(Pattern pattern, String info) {
        Matcher found = pattern.matcher(info);
        return found.find() ? found.group(1) : "";
    }
}
