package dev.coatcheck.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One variant doing one operation in one round.
 *
 * @param requests answered rightly
 * @param seconds how long it took
 * @param serverMicros CPU time of the server's process
 * @param storeMicros the same of the store's process; 0 where it has none of its own
 * @param loadMicros the same of the thread that asked
 */
record Measured(long requests, double seconds, double serverMicros, double storeMicros, double loadMicros) {
    static final Measured NOTHING = new Measured(0, 0, 0, 0, 0);

    Measured plus(Measured more) {
        return new Measured(
                requests + more.requests,
                seconds + more.seconds,
                serverMicros + more.serverMicros,
                storeMicros + more.storeMicros,
                loadMicros + more.loadMicros);
    }

    /** In microseconds a request, as the next two. */
    double server() {
        return serverMicros / requests;
    }

    double store() {
        return storeMicros / requests;
    }

    double load() {
        return loadMicros / requests;
    }

    double perSecond() {
        return requests / seconds;
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("requests", requests);
        members.put("seconds", seconds);
        members.put("perSecond", perSecond());
        members.put("serverCpuMicros", server());
        members.put("storeCpuMicros", store());
        members.put("loadCpuMicros", load());
        return members;
    }
}
