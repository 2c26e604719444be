import org.jspecify.annotations.NullMarked;

/** Routes, proxy, WebSocket tunnel. */
@NullMarked
module dev.coatcheck.gateway {
    requires static org.jspecify;
}
