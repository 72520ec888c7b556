package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.result.JmhFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FurtherFileTest {
    @TempDir
    private Path folder;

    @Test
    void withoutEitherOptionThereIsNone() throws UsageException {
        assertThat(FurtherFile.of(Options.builder().build())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "text,  , TEXT, dyno-result.text",
        "scsv,  , SCSV, dyno-result.scsv",
        "    , x.json, CSV, x.json",
        "latex, x.tex, LATEX, x.tex"
    })
    void oneOptionIsEnough(String format, Path file, JmhFormat expected, Path where) throws UsageException {
        Options.Builder options = Options.builder();
        if (format != null) {
            options.resultFormat(format);
        }
        if (file != null) {
            options.resultFile(file);
        }

        assertThat(FurtherFile.of(options.build())).contains(new FurtherFile(expected, where));
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedWithTheReason() throws IOException {
        refused(folder, "it is a folder; name a file in it");
        refused(folder.resolve("none/x.csv"), "there is no folder " + folder.resolve("none") + "; make it first");
        refused(Files.createFile(folder.resolve("file")).resolve("x.csv"), "there is no folder");
    }

    private static void refused(Path file, String reason) {
        assertThatThrownBy(() -> new Runner(Options.builder().resultFile(file).build()).run())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("-rff " + file + ", which cannot be written: ")
                .hasMessageContaining(reason);
    }

    @Test
    void theCheckLeavesEverythingAsItIs() throws Exception {
        Path there = Files.writeString(folder.resolve("there.csv"), "of yesterday");

        FurtherFile.of(Options.builder().resultFile(there).build());
        FurtherFile.of(Options.builder().resultFile(folder.resolve("new.csv")).build());

        assertThat(there).hasContent("of yesterday");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(there);
        }
    }

    @Test
    void aFormatThatTheBuilderWasGivenIsCheckedToo() {
        assertThatThrownBy(() ->
                        FurtherFile.of(Options.builder().resultFormat("jsn").build()))
                .isInstanceOf(UsageException.class)
                .hasMessage("-rf is one of text, csv, scsv, json, latex; got \"jsn\"; did you mean \"json\"?");
    }
}
