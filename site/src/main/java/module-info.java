import org.jspecify.annotations.NullMarked;

/** Facts of the web: origins, sites, public suffixes, Set-Cookie syntax. */
@NullMarked
module dev.coatcheck.site {
    requires crawler.commons;
    requires static org.jspecify;

    exports dev.coatcheck.site;
}
