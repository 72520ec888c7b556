package io.dyno.load;

import io.dyno.Endpoint;
import io.dyno.plan.Dataset;
import io.dyno.plan.Defaults;
import io.dyno.plan.Workload;

/** From a workload to its prompts. */
public final class Datasets {
    private Datasets() {}

    /**
     * What the prompts depend on besides the workload.
     *
     * @param windows measurement windows asked for
     * @param promptsPerWindow how many prompts a {@code @Prompts} method is asked for per slice; more are taken when a window by time needs them
     * @param vocabSize the model's vocabulary, or null when unknown: then ids that every model in use has
     * @param tokenizer of the server; needed for random prompts on chat only
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
        Vocabulary vocabulary = Vocabulary.of(context.vocabSize());
        Salt repeatSalt = new Salt(workload.seed(), context.salt() ? context.saltNonce() : "", vocabulary);
        Salt salt = context.salt() ? repeatSalt : null;
        int outputLen = workload.outputLen() != null ? workload.outputLen() : (int) Defaults.OUTPUT_LEN;
        if (workload.dataset() == null) {
            return new MethodPrompts(
                    context.method(),
                    workload.seed(),
                    context.promptsPerWindow(),
                    workload.endpoint(),
                    outputLen,
                    workload.oversample(),
                    salt,
                    repeatSalt);
        }
        Dataset dataset = Dataset.find(workload.dataset())
                .orElseThrow(() -> new DatasetException("There is no dataset " + workload.dataset() + "; there are "
                        + String.join(", ", Dataset.names()) + "."));
        return switch (dataset) {
            case RANDOM -> random(workload, context, vocabulary, outputLen, salt);
            case DYNO -> rows(JsonlDataset.bundled(), workload, context, salt, repeatSalt);
            case JSONL ->
                rows(
                        JsonlDataset.read(workload.datasetPath(), workload.endpoint()),
                        workload,
                        context,
                        salt,
                        repeatSalt);
        };
    }

    private static PromptSource random(
            Workload workload, Context context, Vocabulary vocabulary, int outputLen, Salt salt)
            throws DatasetException {
        int inputLen = workload.inputLen() != null ? workload.inputLen() : (int) Defaults.INPUT_LEN;
        if (workload.endpoint() != Endpoint.CHAT) {
            return new RandomPrompts(workload.seed(), inputLen, outputLen, vocabulary, salt);
        }
        if (context.tokenizer() == null) {
            throw new DatasetException(
                    "Random prompts on chat need a server that counts tokens (/tokenize), and there is none."
                            + " Use endpoint COMPLETIONS, or a dataset of texts.");
        }
        return new FittedPrompts(workload.seed(), inputLen, outputLen, context.tokenizer(), salt);
    }

    private static PromptSource rows(
            RowPrompts.Rows rows, Workload workload, Context context, Salt salt, Salt repeatSalt) {
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
