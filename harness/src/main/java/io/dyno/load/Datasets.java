package io.dyno.load;

import io.dyno.Endpoint;
import io.dyno.plan.Dataset;
import io.dyno.plan.Defaults;
import io.dyno.plan.Workload;
import java.io.IOException;

/** From a workload to its prompts. */
public final class Datasets {
    private final Workload workload;
    private final Context context;
    private final Vocabulary vocabulary;
    private final Salt repeatSalt;
    private final Salt salt;

    private Datasets(Workload workload, Context context) {
        this.workload = workload;
        this.context = context;
        this.vocabulary = Vocabulary.of(context.vocabSize());
        this.repeatSalt = new Salt(workload.seed(), context.salt() ? context.saltNonce() : "", vocabulary);
        this.salt = context.salt() ? repeatSalt : null;
    }

    /**
     * What the prompts depend on besides the workload.
     *
     * @param windows measurement windows asked for
     * @param promptsPerWindow how many prompts a {@code @Prompts} method is asked for per slice; more are taken when a window by time needs them
     * @param vocabSize the model's vocabulary, or null when unknown: then ids that every model in use has
     * @param tokenizer of the engine, or null when it has none: for texts of a length in tokens, and for rows that are chosen by length
     * @param salt whether every prompt is salted: what the workload says, or where it says nothing whether the prefix cache cannot be reset
     * @param saltNonce what makes salts differ from those of other runs, points and forks that the same server may remember
     * @param method the {@code @Prompts} method; used when the workload names no dataset
     */
    public record Context(
            int windows,
            int promptsPerWindow,
            Integer vocabSize,
            ChatTokenizer tokenizer,
            boolean salt,
            String saltNonce,
            PromptMethod method) {}

    /**
     * The prompts of a workload.
     *
     * @throws DatasetException when they cannot be had; the message names file and line where there is one
     */
    public static PromptSource open(Workload workload, Context context) throws DatasetException {
        return new Datasets(workload, context).open();
    }

    private PromptSource open() throws DatasetException {
        if (workload.dataset() == null) {
            return new MethodPrompts(
                    context.method(),
                    workload.seed(),
                    context.promptsPerWindow(),
                    workload.endpoint(),
                    outputLen(),
                    workload.oversample(),
                    salt,
                    repeatSalt);
        }
        Dataset dataset = Dataset.find(workload.dataset())
                .orElseThrow(() -> new DatasetException("There is no dataset " + workload.dataset() + "; there are "
                        + String.join(", ", Dataset.names()) + "."));
        return switch (dataset) {
            case RANDOM -> random();
            case DYNO -> rows(JsonlDataset.bundled());
            case JSONL -> rows(JsonlDataset.read(workload.datasetPath(), workload.endpoint()));
            case TRTLLM -> rows(JsonlDataset.readTrtllm(workload.datasetPath(), workload.endpoint()));
            case SHAREGPT ->
                rows(ShareGptDataset.read(workload.datasetPath(), workload.outputLen(), context.tokenizer()));
            case PREFIX_REPETITION ->
                new PrefixPrompts(
                        workload.seed(),
                        workload.shape().prefixLen(),
                        workload.shape().suffixLen(),
                        workload.shape().numPrefixes(),
                        output(),
                        vocabulary,
                        salt);
            case SONNET -> sonnet();
        };
    }

    private PromptSource random() throws DatasetException {
        if (workload.endpoint() != Endpoint.CHAT) {
            return new RandomPrompts(workload.seed(), input(), output(), vocabulary, salt);
        }
        if (context.tokenizer() == null) {
            throw new DatasetException(
                    "Random prompts on chat need an engine that counts tokens (a server's /tokenize),"
                            + " and there is none. Use endpoint COMPLETIONS, or a dataset of texts.");
        }
        return new FittedPrompts(workload.seed(), new RandomWords(), input(), output(), 0, context.tokenizer(), salt);
    }

    private PromptSource sonnet() throws DatasetException {
        SonnetText text = SonnetText.read(workload.datasetPath());
        if (context.tokenizer() == null) {
            throw new DatasetException(
                    "Prompts of the dataset sonnet have a length in tokens, and this engine counts none."
                            + " Use dataset jsonl, which takes texts as they are.");
        }
        try {
            ChatTokenizer tokenizer =
                    workload.endpoint() == Endpoint.CHAT ? context.tokenizer() : PlainTokens.of(context.tokenizer());
            return new FittedPrompts(
                    workload.seed(), text, input(), output(), workload.shape().prefixLen(), tokenizer, salt);
        } catch (IOException e) {
            throw new DatasetException("Prompts of the dataset sonnet have a length in tokens, and the engine does not"
                    + " count them: " + e.getMessage() + ". Use dataset jsonl, which takes texts as they are.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("Interrupted while counting tokens");
        }
    }

    private TokenLengths.Mean input() {
        int tokens = workload.inputLen() != null ? workload.inputLen() : (int) Defaults.INPUT_LEN;
        return new TokenLengths.Mean(tokens, workload.shape().input());
    }

    private TokenLengths.Mean output() {
        return new TokenLengths.Mean(outputLen(), workload.shape().output());
    }

    private int outputLen() {
        return workload.outputLen() != null ? workload.outputLen() : (int) Defaults.OUTPUT_LEN;
    }

    private PromptSource rows(RowPrompts.Rows rows) {
        return new RowPrompts(
                rows,
                context.windows(),
                workload.seed(),
                workload.outputLen(),
                (int) Defaults.OUTPUT_LEN,
                workload.oversample(),
                salt,
                repeatSalt);
    }
}
