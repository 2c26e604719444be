package dev.coatcheck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieRewriteTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sid=1                                              | sid=1
            sid=1; Path=/; HttpOnly; SameSite=Lax              | sid=1; Path=/; HttpOnly; SameSite=Lax
            sid=1; Domain=api.example.com; Path=/              | sid=1; path=/
            sid=1; Secure; HttpOnly                            | sid=1; httponly
            sid=1; SameSite=None; Secure                       | sid=1; samesite=Lax
            sid=1; samesite=NONE                               | sid=1; samesite=Lax
            sid=1; SameSite=Strict; Secure; Max-Age=5          | sid=1; samesite=Strict; max-age=5
            sid=1; SameSite=None; Secure; Partitioned; Path=/  | sid=1; samesite=Lax; path=/
            __Host-sid=1; Secure; Path=/; HttpOnly             | dev.__Host-sid=1; path=/; httponly
            __Secure-sid=a=b; Secure; Domain=example.com       | dev.__Secure-sid=a=b
            __HOST-sid=1; Path=/; Secure                       | dev.__HOST-sid=1; path=/
            sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=x.test | sid=; expires=Thu, 01 Jan 1970 00:00:00 GMT
            sid=1; Domain=                                     | sid=1; Domain=
            """)
    void aCookieHoldsOnPlainHttp(String line, String expected) {
        CookieRewrite.Rewritten rewritten = CookieRewrite.toBrowser(line);
        assertThat(rewritten.line()).isEqualTo(expected);
        assertThat(rewritten.changes().isEmpty()).isEqualTo(line.equals(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=1; b=2                                    | a=1; b=2
            dev.__Host-sid=1                            | __Host-sid=1
            a=1; dev.__Host-sid=x=y; b=2                | a=1; __Host-sid=x=y; b=2
            __Host-sid=old; dev.__Host-sid=new          | __Host-sid=new
            dev.__Host-sid=new; __Host-sid=old; a=1     | __Host-sid=new; a=1
            dev.other=1                                 | dev.other=1
            a=dev.__Host-x                              | a=dev.__Host-x
            """)
    void andComesBackUnderItsOwnName(String cookies, String expected) {
        assertThat(CookieRewrite.toUpstream(cookies)).isEqualTo(expected);
    }

    @Test
    void theChangesSayWhyAndNeverTheValue() {
        CookieRewrite.Rewritten rewritten =
                CookieRewrite.toBrowser("__Secure-sid=hidden; Secure; SameSite=None; Domain=api.example.com");
        assertThat(rewritten.name()).isEqualTo("__Secure-sid");
        assertThat(rewritten.changes())
                .containsExactly(
                        "kept as dev.__Secure-sid (the prefix needs https; the upstream sees its own name)",
                        "Secure removed (this origin is plain http)",
                        "SameSite=None made Lax (None needs Secure; one origin needs no None)",
                        "Domain=api.example.com removed (it is this origin's now)");
        assertThat(rewritten.changes().toString()).doesNotContain("hidden");
    }
}
