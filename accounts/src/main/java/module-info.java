import org.jspecify.annotations.NullMarked;

/** Users, Argon2id, sign-in throttle: the built-in {@link dev.coatcheck.Authenticator}. */
@NullMarked
module dev.coatcheck.accounts {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires org.bouncycastle.provider;

    exports dev.coatcheck.accounts;
}
