package dev.coatcheck.examples.filestore;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreRaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileSessionStoreRacesTest extends SessionStoreRaces {
    @TempDir
    Path folder;

    @Override
    protected SessionStore open() throws IOException {
        return FileSessionStore.open(folder);
    }

    @Override
    protected Optional<SessionStore> reopen() throws IOException {
        return Optional.of(open());
    }
}
