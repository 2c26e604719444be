package dev.coatcheck.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonDocumentTest {
    record Answer(String html, Optional<String> absent, List<Integer> list) {}

    @Test
    void whatCouldEndAScriptElementIsEscaped() {
        Answer answer = new Answer("</script><!--&'\u2028\u2029\"\\\u0000é", Optional.empty(), List.of(1, 2));
        String text = JsonDocument.text(answer);
        assertThat(text)
                .isEqualTo("{\"html\":\"\\u003C/script\\u003E\\u003C!--\\u0026\\u0027\\u2028\\u2029\\\"\\\\\\u0000é\","
                        + "\"list\":[1,2]}");
        assertThat(new JsonValues().read(text, Answer.class)).isEqualTo(answer);
    }

    @Test
    void namesAreEscapedToo() {
        assertThat(JsonDocument.text(Map.of("</script>", 1))).isEqualTo("{\"\\u003C/script\\u003E\":1}");
    }

    @Test
    void aLinkedMapKeepsItsOrderAndBytesAreUtf8() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("z", "ü");
        members.put("a", 1);
        assertThat(JsonDocument.bytes(members)).isEqualTo("{\"z\":\"ü\",\"a\":1}".getBytes(StandardCharsets.UTF_8));
        assertThatIllegalArgumentException().isThrownBy(() -> JsonDocument.bytes(Map.of("a", new Object())));
    }
}
