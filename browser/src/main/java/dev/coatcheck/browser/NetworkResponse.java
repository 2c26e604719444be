package dev.coatcheck.browser;

/**
 * One answer from the wire.
 *
 * @param status the status code
 * @param headers the header fields
 * @param body the body as text
 */
public record NetworkResponse(int status, Headers headers, String body) {
    /** An answer without a body. */
    public static NetworkResponse of(int status, String... headerNamesAndValues) {
        return new NetworkResponse(status, Headers.of(headerNamesAndValues), "");
    }

    /** The same answer with a body. */
    public NetworkResponse withBody(String newBody) {
        return new NetworkResponse(status, headers, newBody);
    }

    /** The status and the headers; values of cookies and the body are left out. */
    @Override
    public String toString() {
        return status + " " + headers;
    }
}
