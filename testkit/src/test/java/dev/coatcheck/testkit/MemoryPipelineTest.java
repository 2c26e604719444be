package dev.coatcheck.testkit;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;

class MemoryPipelineTest extends PipelineContract {
    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }
}
