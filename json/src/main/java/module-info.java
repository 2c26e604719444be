import org.jspecify.annotations.NullMarked;

/** The value codec and strict request bodies, on Jackson. */
@NullMarked
module dev.coatcheck.json {
    requires static org.jspecify;
}
