import org.jspecify.annotations.NullMarked;

/** Facts of the web: origins, sites, public suffixes, Set-Cookie syntax. */
@NullMarked
module dev.coatcheck.site {
    requires static org.jspecify;
}
