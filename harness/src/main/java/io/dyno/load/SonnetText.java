package io.dyno.load;

import io.dyno.plan.RandomStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A text file of lines, in the manner of the sonnet dataset that vLLM's benchmarks had: prompts begin with the file's first lines and go on with
 * lines drawn from all of it.
 *
 * @param lines those that are not blank
 * @param hash SHA-256 of the file, hex
 */
record SonnetText(List<String> lines, String hash) implements TextSource {
    static SonnetText read(String path) throws DatasetException {
        DatasetFile.Content<List<String>> file = DatasetFile.read(path, SonnetText::lines);
        if (file.value().size() < 2) {
            throw new DatasetException("The dataset sonnet draws lines, and " + path + " has "
                    + file.value().size() + " that are not blank. Give a text of many lines.");
        }
        return new SonnetText(file.value(), file.hash());
    }

    @SuppressWarnings("resource") // the file is closed by who opened it
    private static List<String> lines(InputStream in) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return reader.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Override
    public String dataset() {
        return "sonnet";
    }

    @Override
    public String identity() {
        return "sonnet " + hash;
    }

    @Override
    public Iterator<String> shared() {
        int[] next = {0};
        return words(() -> lines.get(next[0]++ % lines.size()));
    }

    @Override
    public Iterator<String> own(RandomStream random, int window) {
        boolean[] first = {true};
        return words(() -> {
            int line = first[0] ? SliceClass.draw(random, window, lines.size()) : random.nextInt(lines.size());
            first[0] = false;
            return lines.get(line);
        });
    }

    private static Iterator<String> words(Supplier<String> lines) {
        Queue<String> left = new ArrayDeque<>();
        return Stream.generate(() -> {
                    if (left.isEmpty()) {
                        String[] words = lines.get().split("\\s+", -1);
                        for (int i = 0; i < words.length; i++) {
                            left.add(words[i] + (i + 1 < words.length ? " " : "\n"));
                        }
                    }
                    return left.remove();
                })
                .iterator();
    }
}
