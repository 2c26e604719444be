package dev.coatcheck.testkit;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;

class MemorySignalsTest extends SessionSignalsContract {
    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }
}
