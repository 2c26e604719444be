import org.jspecify.annotations.NullMarked;

/** What a browser does with cookies, CORS and sites: a model checked against a real browser. */
@NullMarked
module dev.coatcheck.browser {
    requires transitive dev.coatcheck.site;
    requires transitive java.net.http;
    requires static org.jspecify;

    exports dev.coatcheck.browser;
}
