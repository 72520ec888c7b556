package io.dyno.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the resource that {@link FlagCatalogue#vllm} reads. For a new vLLM: save the output of {@code COLUMNS=80 vllm serve --help=all}, run
 * {@code main} of this class with the file's name and the version, and put what it prints into
 * {@code src/main/resources/io/dyno/plan/vllm-VERSION-flags.tsv}.
 */
public final class FlagCatalogueGenerator {
    private FlagCatalogueGenerator() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: FlagCatalogueGenerator HELP-FILE VERSION");
        }
        System.out.print(FlagCatalogue.ofHelp(args[1], Files.readString(Path.of(args[0])))
                .table());
    }
}
