package io.dyno.run;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dyno.Prompt;
import io.dyno.load.DatasetException;
import io.dyno.load.Datasets;
import io.dyno.load.DrawnPrompt;
import io.dyno.load.FixedPrompts;
import io.dyno.load.PromptSlice;
import io.dyno.load.http.HttpTarget;
import io.dyno.load.http.ServerTokenizer;
import io.dyno.plan.Defaults;
import io.dyno.plan.Point;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A point's prompts as text, the only form that both clients can send: of token ids, what the server's {@code /detokenize} makes of them. */
final class CrosscheckPrompts {
    /** Whatever reads it splits lines and decodes bytes as it likes: nothing but ASCII is in the file. */
    private static final ObjectMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private CrosscheckPrompts() {}

    /**
     * The first prompts of a point's first slice: as many as an isolated run has, or as there are.
     *
     * @throws DatasetException when there is none, or they cannot be made
     * @throws IOException when the server does not tell the text of token ids
     */
    static FixedPrompts of(Point point, UserBenchmark benchmark, HttpTarget target)
            throws DatasetException, IOException, InterruptedException {
        int wanted = requests(point);
        ServerTokenizer tokenizer = new ServerTokenizer(target);
        PromptSlice slice = Datasets.open(
                        point.workload(),
                        new Datasets.Context(
                                point.measurement().count(),
                                wanted,
                                null,
                                tokenizer,
                                Boolean.TRUE.equals(point.workload().salt()),
                                "crosscheck",
                                benchmark::prompts))
                .open(0);
        List<Prompt> texts = new ArrayList<>();
        try {
            while (texts.size() < wanted) {
                DrawnPrompt drawn = slice.next();
                String text = drawn.prompt().text() != null
                        ? drawn.prompt().text()
                        : tokenizer.text(drawn.prompt().tokenIds());
                texts.add(Prompt.of(text, drawn.outputLen()));
            }
        } catch (DatasetException e) {
            if (texts.isEmpty()) {
                throw e;
            }
        }
        return new FixedPrompts(texts);
    }

    private static int requests(Point point) {
        Long asked = point.settings().integer("numPrompts");
        return Math.toIntExact(asked != null ? asked : Defaults.NUM_PROMPTS);
    }

    /** Writes them as {@code --dataset-name custom} reads them. */
    static void write(Path file, FixedPrompts prompts) throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (Prompt prompt : prompts.all()) {
                out.write(
                        ASCII.writeValueAsString(Map.of("prompt", prompt.text(), "output_tokens", prompt.outputLen())));
                out.write('\n');
            }
        }
    }
}
