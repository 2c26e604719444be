package dev.coatcheck.stores.redis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node of a Cluster says of itself and of the others, in one answer.
 *
 * @param master whether it is a master, by {@code ROLE}
 * @param ok whether it takes the Cluster as whole
 * @param epoch the Cluster's, which every vote raises
 * @param ownEpoch of the node's own slots
 * @param withSlots how many masters it sees with slots
 * @param known how many nodes it knows
 */
record ClusterWord(boolean master, boolean ok, long epoch, long ownEpoch, long withSlots, long known) {
    private static final Pattern LINE = Pattern.compile("cluster_(\\w+):(\\w+)");

    static ClusterWord of(List<Object> role, String clusterInfo) {
        boolean ok = false;
        long epoch = -1;
        long ownEpoch = -1;
        long withSlots = -1;
        long known = -1;
        Matcher line = LINE.matcher(clusterInfo);
        while (line.find()) {
            String value = line.group(2);
            switch (line.group(1)) {
                case "state" -> ok = value.equals("ok");
                case "current_epoch" -> epoch = Long.parseLong(value);
                case "my_epoch" -> ownEpoch = Long.parseLong(value);
                case "size" -> withSlots = Long.parseLong(value);
                case "known_nodes" -> known = Long.parseLong(value);
                default -> {}
            }
        }
        return new ClusterWord(!role.isEmpty() && "master".equals(role.get(0)), ok, epoch, ownEpoch, withSlots, known);
    }
}
