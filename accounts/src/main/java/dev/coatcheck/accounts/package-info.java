/**
 * Users and their passwords. {@link dev.coatcheck.accounts.PasswordAuthenticator} checks a sign-in,
 * {@link dev.coatcheck.accounts.Accounts} is what an administrator does, {@link dev.coatcheck.accounts.UserStore} keeps them.
 */
package dev.coatcheck.accounts;
