package dev.coatcheck.server;

import dev.coatcheck.Exchange;
import dev.coatcheck.testkit.ContractApp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The contract's application as a Jetty handler. */
final class ContractHandler extends Handler.Abstract {
    private final ContractApp application;

    ContractHandler(ContractApp application) {
        this.application = application;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Exchange exchange = (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
        JettyCall call = new JettyCall(request, response, callback);
        application.handle(exchange, call);
        call.returned();
        return true;
    }

    private static final class JettyCall implements ContractApp.Call {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final OutputStream out;
        private boolean answered;

        JettyCall(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.out = Response.asBufferedOutputStream(request, response);
        }

        void returned() throws IOException {
            if (!answered) {
                out.close();
                callback.succeeded();
            }
        }

        @Override
        public InputStream body() {
            return Content.Source.asInputStream(request);
        }

        @Override
        public void status(int status) {
            response.setStatus(status);
        }

        @Override
        public void set(String name, String value) {
            response.getHeaders().put(name, value);
        }

        @Override
        public void add(String name, String value) {
            response.getHeaders().add(name, value);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void error(int status) {
            answered = true;
            Response.writeError(request, response, callback, status);
        }

        @Override
        public void redirect(String location) {
            answered = true;
            Response.sendRedirect(request, response, callback, location);
        }

        @Override
        public void later(ContractApp.Work work) {
            answered = true;
            request.getContext().execute(() -> {
                try {
                    work.run();
                    out.close();
                    callback.succeeded();
                } catch (Exception e) {
                    callback.failed(e);
                }
            });
        }
    }
}
