package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.plan.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/errors.md is the list of all rules, letter by letter; {@code mvn test -Ddyno.regenerate=true} writes it anew. */
class ErrorDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "errors.md");

    private static final String INTRODUCTION = """
            # Errors

            Every mistake that can be found before an engine starts has a code. Codes never change their meaning. The compiler shows those of the
            first two groups, with the caret on the value that is wrong; the command line knows all of them.

            ```
            ChatCapacity.java:7: error: [DYNO-107] vLLM 0.32.0 has no engine argument "max-num-seq"; did you mean "max-num-seqs"?  (explain DYNO-107)
                @Param({"256", "1024"}) @EngineArg("max-num-seq") int n;
                                                   ^
            ```

            `java -jar benchmarks.jar explain DYNO-107` prints the long form, which is the text below. `@SuppressWarnings("dyno")` on a class or
            field silences warnings and DYNO-107, and nothing else: a newer vLLM may know flags that Dyno's catalogue does not.
            """;

    private record Group(String prefix, String title) {}

    private static final List<Group> GROUPS = List.of(
            new Group("DYNO-1", "Settings and their values"),
            new Group("DYNO-2", "Classes, fields and methods"),
            new Group("DYNO-3", "The command line and the plan"));

    @Test
    void thePageIsWhatTheRulesSay() throws IOException {
        if (Boolean.getBoolean("dyno.regenerate")) {
            Files.writeString(PAGE, page());
        }
        assertThat(PAGE)
                .as("docs/errors.md; -Ddyno.regenerate=true writes it")
                .exists()
                .hasContent(page());
    }

    private static String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Group group : GROUPS) {
            page.append("\n## ").append(group.title).append('\n');
            Arrays.stream(Rule.values())
                    .filter(rule -> rule.code().startsWith(group.prefix))
                    .sorted(Comparator.comparing(Rule::code))
                    .forEach(rule -> page.append(section(rule)));
        }
        return page.toString();
    }

    private static String section(Rule rule) {
        String severity = rule.severity() == Rule.Severity.WARNING ? " (warning)" : "";
        return "\n### %s: %s%s\n\n%s\n"
                .formatted(
                        rule.code(),
                        rule.title(),
                        severity,
                        rule.explanation().strip().replace("<", "\\<")); // which would begin a tag
    }
}
