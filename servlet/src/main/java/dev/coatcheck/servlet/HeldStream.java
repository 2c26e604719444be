package dev.coatcheck.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The body as bytes, held back until the head is decided. */
final class HeldStream extends ServletOutputStream {
    private final AdmittedResponse response;
    private final ServletOutputStream stream;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private boolean nonBlocking;

    HeldStream(AdmittedResponse response, ServletOutputStream stream) {
        this.response = response;
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (nonBlocking) {
            writeAtOnce(bytes, offset, length);
        } else if (length <= response.mayHold() - held.size()) {
            held.write(bytes, offset, length);
        } else if (response.letGo()) {
            release();
            stream.write(bytes, offset, length);
        }
    }

    /** One write per readiness is all that a container allows. */
    private void writeAtOnce(byte[] bytes, int offset, int length) throws IOException {
        if (response.decide()) {
            held.write(bytes, offset, length);
            release();
        }
    }

    void release() throws IOException {
        if (held.size() > 0) {
            byte[] all = held.toByteArray();
            held.reset();
            stream.write(all);
        }
    }

    void drop() {
        held.reset();
    }

    @Override
    public void flush() throws IOException {
        if (response.decide()) {
            release();
            stream.flush();
        }
    }

    @Override
    public void close() throws IOException {
        response.end();
        if (!response.isReplaced()) {
            stream.close();
        }
    }

    @Override
    public boolean isReady() {
        return response.isReplaced() || stream.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        nonBlocking = true;
        stream.setWriteListener(listener);
    }
}
