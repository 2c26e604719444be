import org.jspecify.annotations.NullMarked;

/** Contracts for stores and adapters, a settable clock, races. For the test scope of whoever writes a store. */
@NullMarked
module dev.coatcheck.testkit {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;

    exports dev.coatcheck.testkit;
}
