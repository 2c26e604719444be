package dev.coatcheck.server.run;

import dev.coatcheck.AccessRules;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;

/**
 * What stands behind the pipeline.
 *
 * @param handler makes the handler of one server
 * @param rules which of its paths need a session, and which must have one
 */
public record Application(Supplier<Handler> handler, AccessRules rules) {
    /** Nothing: every path that is not the pipeline's is 404. */
    public static final Application NONE = new Application(Nothing::new, AccessRules.DEFAULT);

    private static final class Nothing extends Handler.Abstract {
        @Override
        public boolean handle(
                org.eclipse.jetty.server.Request request,
                org.eclipse.jetty.server.Response response,
                org.eclipse.jetty.util.Callback callback) {
            return false;
        }
    }
}
