package dev.coatcheck;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebResponse;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What {@link Exchange#commitHead} decided about the answer that is about to leave. */
public sealed interface Head {
    /** Everything is written: add these lines to the application's answer by {@link #applyTo}. */
    record Ready(List<Header> headers) implements Head {
        private static final List<String> ADDED = List.of("Set-Cookie", "Vary", "WWW-Authenticate");

        /** Decided in one place: an application's own lines would let an origin in that is not listed. */
        private static final List<String> OURS_ALONE = List.of(
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Credentials",
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Access-Control-Allow-Private-Network",
                "Access-Control-Expose-Headers",
                "Access-Control-Max-Age");

        public Ready {
            headers = List.copyOf(headers);
        }

        /**
         * Takes the application's own CORS lines away; of ours, those that may stand beside the application's are added, all
         * others replace them.
         */
        public void applyTo(Consumer<String> remove, Consumer<Header> set, Consumer<Header> add) {
            OURS_ALONE.forEach(remove);
            for (Header header : headers) {
                (standsBeside(header.name()) ? add : set).accept(header);
            }
        }

        private static boolean standsBeside(String name) {
            for (String added : ADDED) {
                if (added.equalsIgnoreCase(name)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The session ended or changed hands while the application worked, or the store is silent: this is the answer instead. */
    record Refused(WebResponse answer) implements Head {}

    /** One function per case. */
    default <T> T fold(Function<Ready, T> ready, Function<WebResponse, T> refused) {
        return this instanceof Ready r ? ready.apply(r) : refused.apply(((Refused) this).answer());
    }
}
