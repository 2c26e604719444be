package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.JettyStoreTests;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class NearCacheJettyTest extends JettyStoreTests {
    private final Behind.Opened behind;

    NearCacheJettyTest(Behind kind) throws Exception {
        behind = new Behind.Opened(kind);
    }

    @Override
    protected SessionStore open() {
        return behind.open();
    }

    @Override
    protected Optional<SessionStore> reopen() {
        return behind.reopen();
    }

    @Override
    protected boolean purges() {
        return behind.purges();
    }
}
