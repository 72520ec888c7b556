package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tables of docs/command-line.md are those of the code; {@code main} writes them again after an option was added. */
class CommandLineDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "command-line.md");

    @TestFactory
    Stream<DynamicTest> theTablesOfTheDocumentationAreThoseOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        return Stream.of("options", "actions", "refused", "exit-codes")
                .map(name -> DynamicTest.dynamicTest(name, () -> assertThat(block(page, name))
                        .as("block %s of docs/command-line.md; CommandLineDocsTest.main writes it", name)
                        .isEqualTo(table(name))));
    }

    public static void main(String[] args) throws IOException {
        String page = Files.readString(PAGE);
        for (String name : List.of("options", "actions", "refused", "exit-codes")) {
            String begin = "<!-- " + name + " -->\n";
            page = page.replace(begin + block(page, name), begin + table(name));
        }
        Files.writeString(PAGE, page);
    }

    private static String block(String page, String name) {
        Matcher block = Pattern.compile("<!-- " + name + " -->\n(.*?)<!-- end -->", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).as("a block %s in docs/command-line.md", name).isTrue();
        return block.group(1);
    }

    private static String table(String name) {
        return switch (name) {
            case "options" -> options();
            case "actions" ->
                rows(OptionTable.ACTIONS.entrySet().stream().map(e -> List.of("`-" + e.getKey() + "`", e.getValue())));
            case "refused" ->
                rows(OptionTable.REFUSED.entrySet().stream().map(e -> List.of("`-" + e.getKey() + "`", e.getValue())));
            case "exit-codes" ->
                rows(Stream.of(ExitCode.values()).map(code -> List.of(Integer.toString(code.code()), code.meaning())));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String options() {
        StringBuilder text = new StringBuilder();
        for (OptionTable.Group group : OptionTable.Group.values()) {
            List<List<String>> rows = new ArrayList<>();
            for (OptionTable.Option option : OptionTable.OPTIONS) {
                if (option.group() == group) {
                    String value = option.takesValue() ? " " + option.placeholder() : "";
                    rows.add(List.of("`-" + option.name() + value + "`", option.help(), option.defaultText()));
                }
            }
            if (!rows.isEmpty()) {
                text.append("\n### ").append(group.title).append("\n\n| option | meaning | default |\n|---|---|---|\n");
                text.append(rows(rows.stream()));
            }
        }
        return text.append('\n').toString();
    }

    private static String rows(Stream<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(
                cells -> text.append("| ").append(String.join(" | ", cells)).append(" |\n"));
        return text.toString();
    }
}
