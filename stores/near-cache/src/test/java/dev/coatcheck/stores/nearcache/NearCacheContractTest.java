package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreContract;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class NearCacheContractTest extends SessionStoreContract {
    private final Behind.Opened behind;

    NearCacheContractTest(Behind kind) {
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
