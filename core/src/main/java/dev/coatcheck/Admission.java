package dev.coatcheck;

import dev.coatcheck.http.WebResponse;
import java.util.function.Function;

/** What the pipeline decided: the answer, or leave to go on to the application. */
public sealed interface Admission {
    /** The whole answer; the application never sees the request. */
    record Answered(WebResponse response) implements Admission {}

    /** Go on; then {@link Exchange#commitHead} before the first body byte and {@link Exchange#finish} at the end. */
    record Admitted(Exchange exchange) implements Admission {}

    /** One function per case. */
    default <T> T fold(Function<WebResponse, T> answered, Function<Exchange, T> admitted) {
        return this instanceof Answered a ? answered.apply(a.response()) : admitted.apply(((Admitted) this).exchange());
    }
}
