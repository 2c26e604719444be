import org.jspecify.annotations.NullMarked;

/** A store of one's own: sessions in a folder, a JSON file each. */
@NullMarked
module dev.coatcheck.examples.filestore {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires dev.coatcheck.json;

    exports dev.coatcheck.examples.filestore;

    opens dev.coatcheck.examples.filestore to
            dev.coatcheck.json;
}
