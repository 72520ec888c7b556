package io.dyno.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** An executable in the place of vllm that prints a help text, counts how often it is asked, and starts nothing. */
public final class FakeVllm {
    /** A help of a vLLM that has two flags which the catalogue lacks, and not many others. */
    public static final String HELP = """
            usage: vllm serve [model_tag] [options]

            options:
              --max-num-seqs MAX_NUM_SEQS
                                    Words. (default: None)
              --warp-drive, --no-warp-drive
                                    Words. (default: False)
              --warp-factor WARP_FACTOR
                                    Words. (default: 1)
              -h, --help            show this help message and exit
            """;

    private final Path calls;
    private final Path executable;

    private FakeVllm(Path calls, Path executable) {
        this.calls = calls;
        this.executable = executable;
    }

    /**
     * Puts it into {@code folder/bin}.
     *
     * @param help what {@code serve --help=all} prints
     * @param exit its exit code
     */
    public static FakeVllm in(Path folder, String help, int exit) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path calls = folder.resolve("calls");
        Files.writeString(folder.resolve("help"), help);
        Path executable = Files.writeString(
                bin.resolve("vllm"),
                "#!/bin/bash\necho \"$@\" >> '" + calls + "'\n[ \"$*\" = 'serve --help=all' ] || exit 3\ncat '"
                        + folder.resolve("help") + "'\nexit " + exit + "\n");
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new FakeVllm(calls, executable);
    }

    /** The program. */
    public Path executable() {
        return executable;
    }

    /** The arguments of each call, a line each. */
    public List<String> calls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }
}
