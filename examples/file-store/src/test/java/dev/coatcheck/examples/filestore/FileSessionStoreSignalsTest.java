package dev.coatcheck.examples.filestore;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileSessionStoreSignalsTest extends SessionSignalsContract {
    @TempDir
    Path folder;

    @Override
    protected SessionStore open() throws IOException {
        return FileSessionStore.open(folder);
    }
}
