package dev.coatcheck.servlet;

import dev.coatcheck.Exchange;
import dev.coatcheck.testkit.ContractApp;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;

/** The contract's application as a servlet. */
final class ContractServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient ContractApp application;

    ContractServlet(ContractApp application) {
        this.application = application;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Exchange exchange = (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
            application.handle(exchange, new ServletCall(request, response));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private record ServletCall(HttpServletRequest request, HttpServletResponse response) implements ContractApp.Call {
        @Override
        public InputStream body() throws IOException {
            return request.getInputStream();
        }

        @Override
        public void status(int status) {
            response.setStatus(status);
        }

        @Override
        public void set(String name, String value) {
            response.setHeader(name, value);
        }

        @Override
        public void add(String name, String value) {
            response.addHeader(name, value);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            response.getOutputStream().write(bytes);
        }

        @Override
        public void flush() throws IOException {
            response.flushBuffer();
        }

        @Override
        public void error(int status) throws IOException {
            response.sendError(status);
        }

        @Override
        public void redirect(String location) throws IOException {
            response.sendRedirect(location);
        }

        @Override
        public void later(ContractApp.Work work) {
            AsyncContext context = request.startAsync();
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    context.complete();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
