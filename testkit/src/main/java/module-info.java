import org.jspecify.annotations.NullMarked;

/** Contracts for stores and adapters, a settable clock, races. */
@NullMarked
module dev.coatcheck.testkit {
    requires static org.jspecify;
}
