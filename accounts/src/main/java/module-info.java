import org.jspecify.annotations.NullMarked;

/** Users, Argon2id, sign-in throttle: the built-in Authenticator. */
@NullMarked
module dev.coatcheck.accounts {
    requires static org.jspecify;
}
