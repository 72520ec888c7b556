package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import io.dyno.plan.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mistake in {@code bad/} is reported on the line that says so in a comment, with that code and text, and nothing else is reported:
 *
 * <pre>{@code tp = 0, // error: DYNO-102 at <0> says <at least 1>}</pre>
 *
 * <p>What stands behind {@code at} is the source under the caret; without it the line is enough.
 */
class MistakesTest {
    private static final Pattern EXPECTATION =
            Pattern.compile("// (error|warning): (DYNO-\\d+)(?: at <(.+?)>)? says <(.+?)>(?= *//|$)");
    private static final Pattern REPORTED = Pattern.compile("(?s)\\[(DYNO-\\d+)] (.*)  \\(explain \\1\\)");

    static List<Path> bad() {
        return Sources.cases("bad");
    }

    private record Mistake(String file, long line, String kind, String code) {}

    private record Expectation(Mistake mistake, String caret, String text) {}

    @ParameterizedTest
    @MethodSource("bad")
    void areReportedWhereTheyAre(Path testCase) {
        List<JavaFileObject> sources = new ArrayList<>();
        List<Expectation> expected = new ArrayList<>();
        for (Path file : Sources.files(testCase)) {
            JavaFileObject source = Sources.source(file);
            sources.add(source);
            expected.addAll(expectations(name(source), Sources.read(file)));
        }

        Compilation compilation = Sources.compile(sources, "-Xlint:-processing");

        assertThat(compilation.diagnostics()).allSatisfy(diagnostic -> assertThat(diagnostic.getMessage(Locale.ROOT))
                .as("every diagnostic is Dyno's, with its code and the way to learn more")
                .matches(REPORTED));
        assertThat(compilation.diagnostics().stream().map(MistakesTest::mistake))
                .as("what is reported is what the comments expect")
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(Expectation::mistake).toList());
        expected.forEach(expectation -> check(expectation, compilation));
    }

    private static void check(Expectation expectation, Compilation compilation) {
        assertThat(compilation.diagnostics())
                .filteredOn(diagnostic -> mistake(diagnostic).equals(expectation.mistake))
                .as("%s", expectation)
                .anySatisfy(diagnostic -> {
                    assertThat(diagnostic.getMessage(Locale.ROOT)).contains(expectation.text);
                    if (expectation.caret != null) {
                        assertThat(under(diagnostic)).anyMatch(source -> source.startsWith(expectation.caret));
                    }
                });
    }

    @Test
    void everyRuleThatTheCompilerChecksHasACase() {
        Set<String> covered = new TreeSet<>();
        for (Path testCase : bad()) {
            for (Path file : Sources.files(testCase)) {
                expectations("", Sources.read(file)).forEach(expectation -> covered.add(expectation.mistake.code));
            }
        }
        assertThat(covered)
                .containsExactlyElementsOf(Arrays.stream(Rule.values())
                        .filter(rule -> rule != Rule.PROCESSOR_FAILURE) // no source provokes it; see DynoProcessorTest
                        .map(Rule::code)
                        .filter(code -> code.compareTo("DYNO-300") < 0)
                        .sorted()
                        .toList());
    }

    private static List<Expectation> expectations(String file, String text) {
        List<Expectation> expectations = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = EXPECTATION.matcher(lines.get(i));
            while (matcher.find()) {
                Mistake mistake = new Mistake(file, i + 1, matcher.group(1), matcher.group(2));
                expectations.add(new Expectation(mistake, matcher.group(3), matcher.group(4)));
            }
        }
        return expectations;
    }

    private static Mistake mistake(Diagnostic<? extends JavaFileObject> diagnostic) {
        Matcher matcher = REPORTED.matcher(diagnostic.getMessage(Locale.ROOT));
        return new Mistake(
                diagnostic.getSource() == null ? "" : name(diagnostic.getSource()),
                diagnostic.getLineNumber(),
                diagnostic.getKind() == Diagnostic.Kind.ERROR ? "error" : "warning",
                matcher.matches() ? matcher.group(1) : "no code");
    }

    /** The source from the caret on, and from the start of the expression on: javac puts the caret of {@code A.B} under the dot. */
    private static List<String> under(Diagnostic<? extends JavaFileObject> diagnostic) {
        try {
            String text = diagnostic.getSource().getCharContent(true).toString();
            return Stream.of(diagnostic.getPosition(), diagnostic.getStartPosition())
                    .map(position -> text.substring(position.intValue())
                            .lines()
                            .findFirst()
                            .orElse(""))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String name(JavaFileObject source) {
        return source.getName();
    }
}
