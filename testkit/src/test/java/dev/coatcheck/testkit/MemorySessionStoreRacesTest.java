package dev.coatcheck.testkit;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;

class MemorySessionStoreRacesTest extends SessionStoreRaces {
    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }
}
