package dev.coatcheck.stores.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One SQLite connection that notes what is run on it. */
final class CountingEngine implements Engine {
    private final List<String> run = new ArrayList<>();
    private final Connection connection;
    private final Statements statements;

    @Override
    public Telling telling() {
        return Telling.here();
    }

    CountingEngine(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        statements = new Statements(noting(connection));
    }

    private Connection noting(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object result = invoke(real, method, arguments);
                    return method.getName().equals("prepareStatement")
                            ? noting((PreparedStatement) result, (String) arguments[0])
                            : result;
                });
    }

    private PreparedStatement noting(PreparedStatement real, String sql) {
        return (PreparedStatement) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PreparedStatement.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        run.add(sql);
                    }
                    return invoke(real, method, arguments);
                });
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    List<String> statementsOf(Runnable operation) {
        run.clear();
        operation.run();
        return List.copyOf(run);
    }

    List<String> plan(String sql) throws SQLException {
        return new Statements(connection).all("EXPLAIN QUERY PLAN " + sql, row -> row.getString("detail"));
    }

    @Override
    public Dialect dialect() {
        return new SqliteDialect();
    }

    @Override
    public <T> T read(String operation, SqlWork<T> work) {
        try {
            return work.on(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public <T> T write(String operation, Urgency urgency, SqlWork<T> work) {
        return read(operation, work);
    }

    @Override
    public void close() throws SQLException {
        statements.close();
    }
}
