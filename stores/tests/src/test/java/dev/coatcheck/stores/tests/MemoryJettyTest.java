package dev.coatcheck.stores.tests;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;

class MemoryJettyTest extends JettyStoreTests {
    MemoryJettyTest() throws Exception {}

    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }
}
