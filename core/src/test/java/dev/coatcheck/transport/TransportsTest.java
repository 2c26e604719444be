package dev.coatcheck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.http.RequestHead;
import dev.coatcheck.session.Transport;
import dev.coatcheck.site.Origin;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransportsTest {
    private final CookiePolicy cookie = CookiePolicy.forTopology(
            Origin.parse("http://localhost:8080").orElseThrow(), Set.of(), CookiePolicy.Wishes.NONE);

    private final RequestHead both =
            RequestHead.post("/x").with("Authorization", "Bearer x").with("Cookie", cookie.name() + "=y");

    @Test
    void aBearerHeaderMakesTheCookieIgnoredEvenABrokenOne() {
        assertThat(Transports.accepting(Set.of(Transport.COOKIE, Transport.BEARER), cookie)
                        .ticketIn(both))
                .isInstanceOf(Presented.InHeader.class);
    }

    @Test
    void whereOnlyCookiesCountAnAuthorizationHeaderIsTheApplicationsAffair() {
        assertThat(Transports.accepting(Set.of(Transport.COOKIE), cookie).ticketIn(both))
                .isInstanceOf(Presented.InCookie.class);
    }

    @Test
    void whereOnlyBearerTicketsCountACookieIsNone() {
        Transports bearer = Transports.accepting(Set.of(Transport.BEARER), cookie);
        assertThat(bearer.ticketIn(RequestHead.post("/x").with("Cookie", cookie.name() + "=y")))
                .isInstanceOf(Presented.Nothing.class);
        assertThat(bearer.readsCookies()).isFalse();
    }

    @Test
    void withoutATransportNobodyCouldSignIn() {
        assertThatThrownBy(() -> Transports.accepting(Set.of(), cookie)).isInstanceOf(IllegalArgumentException.class);
    }
}
