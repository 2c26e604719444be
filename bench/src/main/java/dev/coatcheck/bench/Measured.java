package dev.coatcheck.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One variant doing one operation in one round.
 *
 * @param requests answered rightly
 * @param seconds how long it took
 * @param serverMicros CPU time of the server's process
 * @param compilerMicros how much of that was the threads' that compile Java code; 0 where the system does not tell
 * @param storeMicros CPU time of the store's process; 0 where it has none of its own
 * @param loadMicros the same of the thread that asked
 */
record Measured(
        long requests,
        double seconds,
        double serverMicros,
        double compilerMicros,
        double storeMicros,
        double loadMicros) {
    static final Measured NOTHING = new Measured(0, 0, 0, 0, 0, 0);

    Measured plus(Measured more) {
        return new Measured(
                requests + more.requests,
                seconds + more.seconds,
                serverMicros + more.serverMicros,
                compilerMicros + more.compilerMicros,
                storeMicros + more.storeMicros,
                loadMicros + more.loadMicros);
    }

    /** In microseconds a request, as the next three. */
    double server() {
        return serverMicros / requests;
    }

    double compiler() {
        return compilerMicros / requests;
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

    /** Of the server's CPU time, the part that went into compiling Java code, 0 to 1. */
    double compiling() {
        return serverMicros == 0 ? 0 : compilerMicros / serverMicros;
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("requests", requests);
        members.put("seconds", seconds);
        members.put("perSecond", perSecond());
        members.put("serverCpuMicros", server());
        members.put("compilerCpuMicros", compiler());
        members.put("storeCpuMicros", store());
        members.put("loadCpuMicros", load());
        return members;
    }
}
