package io.dyno.load.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseParserTest {
    private static List<String> parse(String stream, int readSize, boolean end) {
        List<String> events = new ArrayList<>();
        SseParser parser = new SseParser(
                (data, from, length) -> events.add(new String(data, from, length, StandardCharsets.UTF_8)));
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += readSize) {
            parser.feed(bytes, at, Math.min(readSize, bytes.length - at));
        }
        if (end) {
            parser.end();
        }
        return events;
    }

    static List<Arguments> streams() {
        return List.of(
                Arguments.of("LF", "data: a\n\ndata: b\n\n", List.of("a", "b")),
                Arguments.of("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
                Arguments.of("CR", "data: a\r\rdata: b\r\r", List.of("a", "b")),
                Arguments.of("all mixed", "data: a\r\n\ndata: b\r\r\ndata: c\n\r", List.of("a", "b", "c")),
                Arguments.of("no blank after the colon", "data:a\n\n", List.of("a")),
                Arguments.of("only one blank is taken off", "data:  a\n\n", List.of(" a")),
                Arguments.of("comments", ": ping\n\n:\ndata: a\n: more\n\n", List.of("a")),
                Arguments.of("several data lines are one event", "data: a\ndata: b\ndata:\n\n", List.of("a\nb\n")),
                Arguments.of("data without a colon", "data\n\n", List.of("")),
                Arguments.of("other fields", "event: x\nid: 7\nretry: 10\ndatabase: no\ndata: a\n\n", List.of("a")),
                Arguments.of("characters of many bytes", "data: é漢😀\n\ndata: ✓\n\n", List.of("é漢😀", "✓")),
                Arguments.of("byte order mark", "\uFEFFdata: a\n\n", List.of("a")),
                Arguments.of("blank lines alone", "\n\n\r\n\n", List.of()),
                Arguments.of(
                        "longer than any buffer", "data: " + "x".repeat(5000) + "\n\n", List.of("x".repeat(5000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void eventsAreTheSameHoweverTheReadsFall(String name, String stream, List<String> expected) {
        for (int readSize : new int[] {1, 2, 3, 5, 7, 64, 100_000}) {
            assertThat(parse(stream, readSize, false))
                    .as("%d bytes a read", readSize)
                    .isEqualTo(expected);
        }
    }

    @Test
    void anEventWhoseBlankLineIsMissingCountsOnlyWhenTheStreamEndsInGoodOrder() {
        assertThat(parse("data: a\n\ndata: b\n", 3, false)).containsExactly("a");
        assertThat(parse("data: a\n\ndata: b\n", 3, true)).containsExactly("a", "b");
        assertThat(parse("data: a\n\ndata: [DONE]", 3, true)).containsExactly("a", "[DONE]");
    }
}
