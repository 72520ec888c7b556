package io.dyno.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Dyno's own version, as the build wrote it down. */
final class DynoVersion {
    static final String TEXT = read();

    private DynoVersion() {}

    private static String read() {
        try (InputStream in = DynoVersion.class.getResourceAsStream("dyno.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
