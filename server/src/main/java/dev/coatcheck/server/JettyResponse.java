package dev.coatcheck.server;

import dev.coatcheck.Exchange;
import dev.coatcheck.Head;
import dev.coatcheck.http.WebResponse;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The answer as the application writes it; with its first write the exchange decides about the head. */
final class JettyResponse extends Response.Wrapper {
    private final Exchange exchange;
    private volatile boolean decided;
    private volatile boolean replaced;

    JettyResponse(Exchange exchange, Request request, Response wrapped) {
        super(request, wrapped);
        this.exchange = exchange;
    }

    @Override
    public void write(boolean last, @Nullable ByteBuffer content, Callback callback) {
        if (!decided && !super.isCommitted()) {
            decide(() -> super.write(last, content, callback), callback);
        } else if (replaced) {
            swallow(content, callback);
        } else {
            if (last) {
                exchange.commitRest();
            }
            super.write(last, content, callback);
        }
    }

    /** Whether the application's answer was thrown away for another one, which is complete. */
    boolean isReplaced() {
        return replaced;
    }

    /** Nothing more comes; with nothing written, the head is decided now. */
    void end(Callback callback) {
        if (decided || super.isCommitted()) {
            callback.succeeded();
        } else {
            decide(callback::succeeded, callback);
        }
    }

    /** The answer to a failure before the head. */
    void fail(Throwable failure, Callback callback) {
        replaceBy(JettyErrors.answer(exchange, failure), callback);
    }

    /** This answer, whatever was prepared, for which the exchange has decided already. */
    void replaceBy(WebResponse answer, Callback callback) {
        decided = true;
        replaced = true;
        getRequest().removeAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
        setTrailersSupplier(null);
        write(answer, getWrapped(), callback);
    }

    /** Writes an answer of core's in place of what was prepared; the connection is closed after it when Jetty wanted so. */
    static void write(WebResponse answer, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        boolean closes = headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        response.reset();
        response.setStatus(answer.status());
        if (closes) {
            headers.put(HttpFields.CONNECTION_CLOSE);
        }
        answer.headers().forEach(header -> headers.add(JettyFields.of(header)));
        answer.stream()
                .ifPresentOrElse(
                        stream -> JettyStream.run(stream, response, callback),
                        () -> response.write(true, ByteBuffer.wrap(answer.body()), callback));
    }

    private void decide(Runnable goOn, Callback callback) {
        decided = true;
        exchange.commitHead()
                .fold(
                        ready -> {
                            apply(ready, getHeaders());
                            goOn.run();
                            return true;
                        },
                        refused -> {
                            replaceBy(refused, callback);
                            return false;
                        });
    }

    /** An application mostly says nothing of CORS: one look tells, where to take each of ours away would be one for each. */
    private static void apply(Head.Ready ready, HttpFields.Mutable headers) {
        boolean silent = !speaksOfCors(headers);
        ready.applyTo(
                name -> {
                    if (!silent || !JettyFields.isOfCors(name)) {
                        headers.remove(name);
                    }
                },
                header -> {
                    if (silent && JettyFields.isOfCors(header.name())) {
                        headers.add(JettyFields.of(header));
                    } else {
                        headers.put(JettyFields.of(header));
                    }
                },
                header -> headers.add(JettyFields.of(header)));
    }

    private static boolean speaksOfCors(HttpFields headers) {
        for (HttpField field : headers) {
            if (JettyFields.isOfCors(field.getName())) {
                return true;
            }
        }
        return false;
    }

    private static void swallow(@Nullable ByteBuffer content, Callback callback) {
        if (content != null) {
            content.position(content.limit());
        }
        callback.succeeded();
    }
}
