package io.dyno.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program around an engine that behaves as nsys does: after SIGINT, or when the engine has ended, it writes for a while; SIGINT while it
 * writes and SIGKILL lose what it writes. What it hears is in its diary.
 */
public final class PatientProgram {
    private static final String SCRIPT = """
            #!/usr/bin/env bash
            out=$1 tenths=$2 ends=$3
            shift 3
            note() { echo "$*" >>"$out.diary"; }
            trap 'note INT; asked=yes' INT
            trap 'note TERM' TERM
            exec {nap}<> <(:) # a nap without a child
            "$@" &
            engine=$!
            while kill -0 $engine 2>/dev/null && [[ -z ${asked:-} ]]; do wait $engine; done
            [[ $ends == no ]] || kill -TERM $engine 2>/dev/null
            while kill -0 $engine 2>/dev/null; do wait $engine; done
            note engine ended
            trap 'note broken off; exit 1' INT
            echo begin >"$out"
            for ((i = 0; i < tenths; i++)); do read -rt 0.1 -u $nap; done
            echo end >>"$out"
            note written
            """;

    private final Path program;
    private final Path out;

    /** Installs it as {@code FOLDER/nsys}; it writes {@code FOLDER/report}. */
    public PatientProgram(Path folder) throws IOException {
        program = Files.writeString(folder.resolve("nsys"), SCRIPT);
        out = folder.resolve("report");
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
    }

    /**
     * Its command.
     *
     * @param tenths of a second that it writes
     * @param ends whether it tells the engine to end
     */
    public List<String> argv(int tenths, boolean ends, List<String> engine) {
        List<String> argv = new ArrayList<>(
                List.of(program.toString(), out.toString(), Integer.toString(tenths), ends ? "yes" : "no"));
        argv.addAll(engine);
        return argv;
    }

    /** Puts it around an engine. */
    public ProcessSpec around(ProcessSpec engine, int tenths, boolean ends, Duration patience) {
        return engine.withArgv(argv(tenths, ends, engine.argv()))
                .withPatience(new Patience(patience, out, List.of("nsys")));
    }

    /** What it heard and did, in order. */
    public List<String> diary() throws IOException {
        Path diary = out.resolveSibling(out.getFileName() + ".diary");
        return Files.exists(diary) ? Files.readAllLines(diary) : List.of();
    }

    /** What it has written. */
    public List<String> report() throws IOException {
        return Files.exists(out) ? Files.readAllLines(out) : List.of();
    }
}
