package dev.coatcheck.browser;

import java.util.Optional;

/**
 * One request on the wire, with all headers that the rules of the model are about ({@code Cookie}, {@code Origin}, {@code Referer},
 * {@code Sec-Fetch-*}, {@code Access-Control-Request-*}, {@code Content-Type} and the page's own).
 *
 * @param method the method, case-sensitive
 * @param url the absolute URL without a fragment
 * @param headers the header fields
 * @param body the body as text, sent as UTF-8
 * @param preflight whether it is a CORS preflight
 */
public record NetworkRequest(String method, String url, Headers headers, Optional<String> body, boolean preflight) {
    /** The request line and the headers; values of cookies and credentials and the body are left out. */
    @Override
    public String toString() {
        return method + " " + url + " " + headers;
    }
}
