package io.dyno.run;

import io.dyno.plan.Suggestions;
import io.dyno.result.JmhFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The further result file that {@code -rf} and {@code -rff} ask for.
 *
 * @param format one of JMH's
 * @param file where it goes
 */
record FurtherFile(JmhFormat format, Path file) {
    /**
     * What the options ask for. One of them is enough: the format is then CSV, the file {@code dyno-result.<format>} in the working folder.
     *
     * @throws UsageException when there is no such format, or the file cannot be written
     */
    static Optional<FurtherFile> of(Options options) throws UsageException {
        if (options.resultFormat().isEmpty() && options.resultFile().isEmpty()) {
            return Optional.empty();
        }
        JmhFormat format = format(options.resultFormat().orElse(JmhFormat.CSV.id()));
        Path file = options.resultFile().orElse(Path.of("dyno-result." + format.id()));
        String refusal = refusal(file);
        if (refusal != null) {
            throw new UsageException((options.resultFile().isPresent() ? "-rff " : "-rf writes ") + file
                    + ", which cannot be written: " + refusal);
        }
        return Optional.of(new FurtherFile(format, file));
    }

    /** The format of that name. */
    static JmhFormat format(String id) throws UsageException {
        return JmhFormat.of(id)
                .orElseThrow(() -> new UsageException("-rf is one of " + String.join(", ", JmhFormat.ids()) + "; got \""
                        + id + "\"" + Suggestions.didYouMean(id, JmhFormat.ids())));
    }

    /** Why it cannot be written, or null. What is there is left as it is: the run may fail. */
    private static String refusal(Path file) {
        if (Files.isDirectory(file)) {
            return "it is a folder; name a file in it";
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            return "there is no folder " + folder + "; make it first";
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return Files.isWritable(file) ? null : "it is not yours to write to"; // a device or a pipe
        }
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            Files.delete(Files.createTempFile(target.getParent(), ".dyno-result", ".tmp"));
            return null;
        } catch (IOException e) {
            return "nothing can be written in its folder (" + e + ")";
        }
    }
}
