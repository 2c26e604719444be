package dev.coatcheck.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.Password;
import dev.coatcheck.http.WebRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    private static final int LIMIT = 1024;

    enum Transport {
        COOKIE,
        BEARER
    }

    record Device(String name) {}

    record Login(String username, Password password, Optional<Transport> transport, Optional<Device> device) {}

    record Many(List<Integer> items) {}

    record Closed(Thread thread) {}

    @Test
    void aBodyThatFitsIsTheRecord() {
        Login login = read("{\"username\":\"Jörg \\ud83d\\ude00\",\"password\":\"hunter2\",\"transport\":\"BEARER\","
                + " \"device\":{\"name\":\"phone\"}}\n");
        assertThat(login.username()).isEqualTo("Jörg \ud83d\ude00");
        assertThat(login.password().utf8()).asString(StandardCharsets.UTF_8).isEqualTo("hunter2");
        assertThat(login.transport()).contains(Transport.BEARER);
        assertThat(login.device()).contains(new Device("phone"));
        assertThat(login.toString()).doesNotContain("hunter2");
        assertThat(read("{\"username\":\"\",\"password\":\"\",\"transport\":null}")
                        .transport())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | is empty",
                "` ` | is empty",
                "{ | is not valid JSON at character 1",
                "[] | is a list where an object is expected",
                "null | is null where an object is expected",
                "\"x\" | is a text where an object is expected",
                "5 | is a number where an object is expected",
                "{\"password\":\"p\"} | lacks the member \"username\"",
                "{\"username\":\"u\"} | lacks the member \"password\"",
                "{\"username\":5,\"password\":\"p\"} | has a number in \"username\" where a text is expected",
                "{\"username\":null,\"password\":\"p\"} | has null in \"username\" where a text is expected",
                "{\"username\":\"u\",\"password\":[\"p\"]} | has a list in \"password\" where a text is expected",
                "{\"username\":\"u\",\"password\":\"p\",\"transport\":\"cookie\"} | has a text in \"transport\" where one of"
                        + " COOKIE, BEARER is expected",
                "{\"username\":\"u\",\"password\":\"p\",\"device\":{\"name\":true}} | has a boolean in \"device.name\" where a"
                        + " text is expected",
                "{\"username\":\"u\",\"password\":\"p\",\"device\":{}} | lacks the member \"device.name\"",
                "{\"username\":\"u\",\"password\":\"p\",\"admin\":true} | has the member \"admin\", which is not known here;"
                        + " known are username, password, transport, device",
                "{\"username\":\"u\",\"password\":\"p\",\"hunter2!\":1} | has the member \"(unusual name)\", which is not known"
                        + " here; known are username, password, transport, device",
                "{\"username\":\"u\",\"username\":\"v\",\"password\":\"p\"} | has the member \"username\" twice",
                "{\"username\":\"u\",\"password\":\"\\ud800\"} | has half a surrogate pair in \"password\"",
                "{\"username\":\"u\",\"password\":\"p\"}{} | goes on after its end",
                "{\"username\":\"u\",\"password\":\"p\"}] | is not valid JSON at character 31"
            })
    void aBodyThatDoesNotFitIsAMessage(String body, String what) {
        assertThat(refusal(body))
                .isEqualTo(new JsonBody.Refused<>(JsonBody.Reason.MALFORMED, "The body " + what + "."));
    }

    @Test
    void itemsOfAListHaveTheirPlaceInTheMessage() {
        assertThat(detail("{\"items\":[1,2,\"x\"]}", Many.class))
                .isEqualTo("The body has a text in \"items[2]\" where a whole number from -2147483648 to 2147483647 is"
                        + " expected.");
    }

    @Test
    void depthIsBounded() {
        assertThat(refusal("{\"a\":".repeat(100)).detail()).isEqualTo("The body is nested deeper than 32 levels.");
        assertThat(JsonBody.read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), 200_000, Login.class))
                .isEqualTo(
                        new JsonBody.Refused<>(JsonBody.Reason.MALFORMED, "The body is nested deeper than 32 levels."));
    }

    @Test
    void numbersAreBoundedInLength() {
        assertThat(JsonBody.read(
                        ("{\"items\":[" + "9".repeat(2000) + "]}").getBytes(StandardCharsets.UTF_8), 4096, Many.class))
                .isEqualTo(new JsonBody.Refused<>(
                        JsonBody.Reason.MALFORMED, "The body holds a number, a text or a name that is too long."));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin1 = "{\"username\":\"J\u00f6rg\",\"password\":\"p\"}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] utf16 = "{\"username\":\"u\",\"password\":\"p\"}".getBytes(StandardCharsets.UTF_16LE);
        byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        byte[] overlong = {'"', (byte) 0xc0, (byte) 0xaf, '"'};
        for (byte[] bytes : List.of(latin1, surrogate, overlong)) {
            assertThat(refused(JsonBody.read(bytes, LIMIT, Login.class)).detail())
                    .isEqualTo("The body is not UTF-8.");
        }
        assertThat(refused(JsonBody.read(utf16, LIMIT, Login.class)).reason()).isEqualTo(JsonBody.Reason.MALFORMED);
        assertThat(refusal("\uFEFF{}").detail()).isEqualTo("The body starts with a byte order mark.");
    }

    @Test
    void theLimitItselfFitsAndNoMoreThanOneByteBeyondItIsRead() throws IOException {
        byte[] body = "{\"username\":\"u\",\"password\":\"p\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(JsonBody.read(body, body.length, Login.class)).isInstanceOf(JsonBody.Read.class);
        assertThat(refused(JsonBody.read(body, body.length - 1, Login.class))
                        .reason()
                        .status())
                .isEqualTo(413);
        byte[] endless = new byte[10_000];
        Arrays.fill(endless, (byte) ' ');
        InputStream stream = new ByteArrayInputStream(endless);
        assertThat(refused(JsonBody.read(stream, 100, Login.class)).reason()).isEqualTo(JsonBody.Reason.TOO_LARGE);
        assertThat(stream.available()).isEqualTo(10_000 - 101);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "application/json\t;\tCharset=UTF-8 "
            })
    void jsonInUtf8IsAccepted(String contentType) throws IOException {
        assertThat(JsonMediaType.accepts(contentType)).isTrue();
        assertThat(JsonBody.read(request(List.of(contentType)), LIMIT, Many.class))
                .isInstanceOf(JsonBody.Read.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "text/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/json; charset=utf-8; charset=utf-16",
                "application/json, text/plain",
                "text/plain; application/json",
                "application/json; profile=x",
                "application/problem+json",
                "application/jsonx",
                "application/json;"
            })
    void anyOtherMediaTypeIsRefused(String contentType) throws IOException {
        assertThat(JsonMediaType.accepts(contentType)).isFalse();
        assertThat(refused(JsonBody.read(request(List.of(contentType)), LIMIT, Many.class))
                        .reason()
                        .status())
                .isEqualTo(415);
    }

    @Test
    void noMediaTypeAndTwoOfThemAreRefused() throws IOException {
        for (List<String> lines : List.of(List.<String>of(), List.of("application/json", "application/json"))) {
            assertThat(refused(JsonBody.read(request(lines), LIMIT, Many.class)).reason())
                    .isEqualTo(JsonBody.Reason.MEDIA_TYPE);
        }
    }

    @Test
    void aRecordThatJsonCannotFillIsAMistakeOfTheProgram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonBody.read(new byte[0], 0, Closed.class))
                .withMessageContaining("java.lang.Thread");
    }

    private static Login read(String body) {
        return JsonBody.read(body.getBytes(StandardCharsets.UTF_8), LIMIT, Login.class)
                .fold(login -> login, refused -> {
                    throw new AssertionError(refused.detail());
                });
    }

    private static JsonBody.Refused<?> refusal(String body) {
        return refused(JsonBody.read(body.getBytes(StandardCharsets.UTF_8), LIMIT, Login.class));
    }

    private static <T extends Record> String detail(String body, Class<T> type) {
        return refused(JsonBody.read(body.getBytes(StandardCharsets.UTF_8), LIMIT, type))
                .detail();
    }

    private static JsonBody.Refused<?> refused(JsonBody<?> body) {
        assertThat(body).isInstanceOf(JsonBody.Refused.class);
        return (JsonBody.Refused<?>) body;
    }

    private static WebRequest request(List<String> contentType) {
        return new WebRequest() {
            @Override
            public String method() {
                return "POST";
            }

            @Override
            public String scheme() {
                return "https";
            }

            @Override
            public String path() {
                return "/";
            }

            @Override
            public Optional<String> query() {
                return Optional.empty();
            }

            @Override
            public List<String> headers(String name) {
                return name.equals("Content-Type") ? contentType : List.of();
            }

            @Override
            public String peerAddress() {
                return "127.0.0.1";
            }

            @Override
            public InputStream body() {
                return new ByteArrayInputStream("{\"items\":[]}".getBytes(StandardCharsets.UTF_8));
            }
        };
    }
}
