package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text held against a file under src/test/resources/golden. {@code -Ddyno.golden=write} writes the files anew, to be read in the diff. */
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    public static void check(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name);
        if ("write".equals(System.getProperty("dyno.golden"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(actual)
                .as("%s; if the change is meant: mvn -pl harness test -Ddyno.golden=write, and read the diff", file)
                .isEqualTo(Files.readString(file));
    }
}
