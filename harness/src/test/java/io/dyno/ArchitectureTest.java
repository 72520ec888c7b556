package io.dyno;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

/** The picture in docs/architecture.md is what the packages are held to. */
class ArchitectureTest {
    private static final Pattern ARROW = Pattern.compile("^ {2}(\\w+) --> (\\w+)$", Pattern.MULTILINE);

    private static final Set<String> MODULES_OF_THEIR_OWN = Set.of("processor", "profilers");

    private static JavaClasses harness;
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>();

    @BeforeAll
    static void readPictureAndClasses() throws IOException {
        Matcher arrow = ARROW.matcher(Files.readString(Path.of("../docs/architecture.md")));
        while (arrow.find()) {
            MAY_USE.computeIfAbsent(arrow.group(1), room -> new TreeSet<>()).add(arrow.group(2));
        }
        assertThat(MAY_USE).as("arrows in docs/architecture.md").hasSizeGreaterThan(8);
        harness = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.dyno");
    }

    @Test
    void everyRoomIsInThePictureAndEveryRoomOfThePictureExists() {
        Set<String> rooms = new TreeSet<>();
        harness.forEach(type -> rooms.add(room(type.getPackageName())));
        Set<String> drawn = new TreeSet<>(MAY_USE.keySet());
        MAY_USE.values().forEach(drawn::addAll);
        drawn.removeAll(MODULES_OF_THEIR_OWN);

        assertThat(rooms).isEqualTo(drawn);
    }

    @Test
    void packagesUseWhatTheArrowsAllowAndNothingElse() {
        Set<String> rooms = new TreeSet<>();
        harness.forEach(type -> rooms.add(room(type.getPackageName())));
        for (String room : rooms) {
            Set<String> allowed = new TreeSet<>(MAY_USE.getOrDefault(room, Set.of()));
            allowed.add(room);
            classes()
                    .that(in(Set.of(room)))
                    .should()
                    .onlyDependOnClassesThat(notOurs().or(in(allowed)))
                    .because("docs/architecture.md draws arrows from " + room + " to " + allowed + " only")
                    .check(harness);
        }
    }

    @Test
    void pureRoomsHaveNoThreadsAndNoInputOrOutput() {
        classes()
                .that(in(Set.of("metrics", "stats", "plan")))
                .should()
                .onlyDependOnClassesThat(new DescribedPredicate<>("are no threads, sockets or files") {
                    @Override
                    public boolean test(JavaClass type) {
                        String name = type.getPackageName();
                        return !(name.startsWith("java.nio.file")
                                || name.startsWith("java.net")
                                || name.startsWith("java.util.concurrent")
                                || type.getName().equals("java.lang.Thread")
                                || type.getName().equals("java.lang.ProcessBuilder")
                                || type.getName().equals("java.io.File"));
                    }
                })
                .check(harness);
    }

    @Test
    void noNameOfOursIsAlsoAnAnnotationOfJmh() {
        Set<String> jmh = new TreeSet<>();
        new ClassFileImporter()
                .importPackages(Param.class.getPackageName())
                .forEach(type -> jmh.add(type.getSimpleName()));
        assertThat(jmh).contains("Mode", "Fork", "Level");

        assertThat(harness.stream()
                        .filter(type -> type.getPackageName().equals("io.dyno"))
                        .map(JavaClass::getSimpleName))
                .as("a user imports io.dyno.* and org.openjdk.jmh.annotations.* side by side")
                .isNotEmpty()
                .doesNotContainAnyElementsOf(jmh);
    }

    private static String room(String packageName) {
        if (packageName.equals("io.dyno")) {
            return "dyno";
        }
        String rest = packageName.substring("io.dyno.".length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    private static DescribedPredicate<JavaClass> in(Set<String> rooms) {
        return new DescribedPredicate<>("are in " + rooms) {
            @Override
            public boolean test(JavaClass type) {
                return type.getPackageName().startsWith("io.dyno") && rooms.contains(room(type.getPackageName()));
            }
        };
    }

    private static DescribedPredicate<JavaClass> notOurs() {
        return new DescribedPredicate<>("are not Dyno's") {
            @Override
            public boolean test(JavaClass type) {
                return !type.getPackageName().startsWith("io.dyno");
            }
        };
    }
}
