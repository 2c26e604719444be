package dev.coatcheck.testkit;

import dev.coatcheck.Exchange;
import java.io.IOException;
import java.io.InputStream;

/** The application that {@link AdapterContract} asks an adapter to host: it works with the exchange and answers by a {@link Call}. */
@FunctionalInterface
public interface ContractApp {
    /** Answers one request; when it returns, the answer is complete, unless it goes on {@link Call#later}. */
    void handle(Exchange exchange, Call call) throws Exception;

    /** One request and its answer as the framework under test has them, each method by the framework's own means. */
    interface Call {
        /** The request's body. */
        InputStream body() throws IOException;

        void status(int status);

        /** Sets a header line, replacing others of the name. */
        void set(String name, String value);

        /** Adds a header line beside others of the name. */
        void add(String name, String value);

        /** Writes to the body, which the framework may keep back until there is enough of it. */
        void write(byte[] bytes) throws IOException;

        /** Sends what was written, the head at least. */
        void flush() throws IOException;

        /** Answers with the framework's error page for this status. */
        void error(int status) throws IOException;

        /** Answers with the framework's redirect. */
        void redirect(String location) throws IOException;

        /** Goes on with this work on a thread of its own after {@link #handle} returned; then the answer is complete. */
        void later(Work work);
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }
}
