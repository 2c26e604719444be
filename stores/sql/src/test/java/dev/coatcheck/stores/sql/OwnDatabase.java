package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A database that is closed together with the store in it, as a node does it. */
record OwnDatabase(SqlDatabase database) {
    SessionStore store() {
        SessionStore store = new SqlSessionStore(database);
        return (SessionStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SessionStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        database.close();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
