package dev.coatcheck;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What {@link Exchange#commitHead} decided about the answer that is about to leave. */
public sealed interface Head {
    /** Everything is written: add these lines to the application's answer by {@link #applyTo}. */
    record Ready(List<Header> headers) implements Head {
        private static final Set<String> ADDED = Set.of("set-cookie", "vary", "www-authenticate");

        public Ready {
            headers = List.copyOf(headers);
        }

        /** Lines that may stand beside the application's own are added, all others replace them. */
        public void applyTo(BiConsumer<String, String> set, BiConsumer<String, String> add) {
            for (Header header : headers) {
                boolean beside = ADDED.contains(header.name().toLowerCase(Locale.ROOT));
                (beside ? add : set).accept(header.name(), header.value());
            }
        }
    }

    /** The session ended or changed hands while the application worked, or the store is silent: this is the answer instead. */
    record Refused(WebResponse answer) implements Head {}

    /** One function per case. */
    default <T> T fold(Function<Ready, T> ready, Function<WebResponse, T> refused) {
        return this instanceof Ready r ? ready.apply(r) : refused.apply(((Refused) this).answer());
    }
}
