import org.jspecify.annotations.NullMarked;

/** Why a login does not hold: static checks and a live probe. */
@NullMarked
module dev.coatcheck.doctor {
    requires static org.jspecify;
}
