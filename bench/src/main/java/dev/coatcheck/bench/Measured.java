package dev.coatcheck.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One variant doing one operation in one round.
 *
 * @param requests answered rightly
 * @param seconds how long it took
 * @param server CPU time of the server's process, in microseconds a request
 * @param store the same of the store's process; 0 where it has none of its own
 * @param load the same of the thread that asked
 */
record Measured(long requests, double seconds, double server, double store, double load) {
    double perSecond() {
        return requests / seconds;
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("requests", requests);
        members.put("seconds", seconds);
        members.put("perSecond", perSecond());
        members.put("serverCpuMicros", server);
        members.put("storeCpuMicros", store);
        members.put("loadCpuMicros", load);
        return members;
    }
}
