package dev.coatcheck.accounts;

class MemoryUserStoreTest extends UserStoreContract {
    @Override
    protected UserStore open() {
        return new MemoryUserStore();
    }
}
