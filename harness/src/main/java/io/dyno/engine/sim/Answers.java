package io.dyno.engine.sim;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * The bodies and events of answers, in the form that vLLM 0.32.0 writes them: same fields, same order, no blanks, text unescaped where JSON
 * allows it. Written by hand, because a server that shares two cores with its client writes tens of thousands of events a second.
 */
final class Answers {
    /** The end of a stream. */
    static final String DONE = "data: [DONE]\n\n";

    /** Counts of one answer. */
    record Usage(int prompt, int completion, Integer cached) {}

    private final GenerationCall call;
    private final String fingerprint;
    private final String identity;
    private final String head;

    /**
     * @param id the answer's id
     * @param createdSeconds when it was asked for, seconds since the epoch
     * @param model the served name
     * @param fingerprint the server's fingerprint
     * @param call what was asked for
     */
    Answers(String id, long createdSeconds, String model, String fingerprint, GenerationCall call) {
        this.call = call;
        this.fingerprint = fingerprint;
        String object = call.chat() ? "chat.completion" : "text_completion";
        this.identity = ",\"created\":" + createdSeconds + ",\"model\":" + quoted(model) + ",\"choices\":[";
        this.head = "{\"id\":\"" + id + "\",\"object\":\"" + object;
    }

    private String eventHead() {
        return "data: " + head + (call.chat() ? ".chunk\"" : "\"") + identity;
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        return out.append('"').toString();
    }

    /** The event that opens a chat stream: a role, no token. */
    String roleEvent(Usage usage) {
        return eventHead()
                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]"
                + (call.continuousUsage() ? usageField(usage) : "") + ",\"prompt_token_ids\":" + promptIds()
                + ",\"prompt_text\":null}\n\n";
    }

    /**
     * An event with a token.
     *
     * @param finish why it is the last one, or null
     * @param stopReason what stopped it, as JSON
     * @param first whether it is the first token
     */
    String tokenEvent(String text, int token, String finish, String stopReason, boolean first, Usage usage) {
        StringBuilder out = new StringBuilder(320).append(eventHead());
        String reason = finish == null ? "null" : "\"" + finish + "\"";
        String ids = call.returnTokenIds() ? "[" + token + "]" : "null";
        if (call.chat()) {
            out.append("{\"index\":0,\"delta\":{\"content\":")
                    .append(quoted(text))
                    .append("},\"logprobs\":null,\"finish_reason\":")
                    .append(reason);
            if (finish != null) {
                out.append(",\"stop_reason\":").append(stopReason);
            }
            out.append(",\"token_ids\":").append(ids).append("}]");
        } else {
            out.append("{\"index\":0,\"text\":")
                    .append(quoted(text))
                    .append(",\"logprobs\":null,\"finish_reason\":")
                    .append(reason);
            out.append(",\"stop_reason\":").append(stopReason);
            out.append(",\"prompt_token_ids\":")
                    .append(first ? promptIds() : "null")
                    .append(",\"token_ids\":")
                    .append(ids)
                    .append("}]");
        }
        if (call.continuousUsage()) {
            out.append(usageField(usage));
        }
        if (finish != null && !call.includeUsage()) {
            out.append(fingerprintField());
        }
        return out.append("}\n\n").toString();
    }

    /** The event that closes a stream with the counts. */
    String usageEvent(Usage usage) {
        return eventHead() + "]" + counts(usage, true, false) + fingerprintField() + "}\n\n";
    }

    /** A whole answer. */
    String body(String text, int[] tokens, String finish, String stopReason, Usage usage) {
        String ids = call.returnTokenIds() ? ids(tokens) : "null";
        String end = "\"service_tier\":null,\"system_fingerprint\":" + quoted(fingerprint)
                + ",\"usage\":{\"prompt_tokens\":" + usage.prompt
                + ",\"total_tokens\":" + (usage.prompt + usage.completion) + ",\"completion_tokens\":"
                + usage.completion
                + ",\"prompt_tokens_details\":"
                + (usage.cached == null ? "null" : "{\"cached_tokens\":" + usage.cached + "}")
                + ",\"completion_tokens_details\":null}";
        String whole = head + "\"" + identity + "{\"index\":0,";
        if (call.chat()) {
            return whole + "\"message\":{\"role\":\"assistant\",\"content\":" + quoted(text)
                    + ",\"refusal\":null,\"annotations\":null,\"audio\":null,\"function_call\":null,\"reasoning\":null},"
                    + "\"logprobs\":null,\"finish_reason\":\"" + finish + "\",\"stop_reason\":" + stopReason
                    + ",\"token_ids\":" + ids
                    + ",\"routed_experts\":null}]," + end + ",\"prompt_logprobs\":null,\"prompt_token_ids\":"
                    + promptIds()
                    + ",\"prompt_text\":null,\"kv_transfer_params\":null,\"ec_transfer_params\":null,\"metrics\":null}";
        }
        return whole + "\"text\":" + quoted(text) + ",\"logprobs\":null,\"finish_reason\":\"" + finish
                + "\",\"stop_reason\":" + stopReason
                + ",\"token_ids\":" + ids + ",\"prompt_logprobs\":null,\"prompt_token_ids\":" + promptIds()
                + ",\"routed_experts\":null}],"
                + end + ",\"kv_transfer_params\":null,\"ec_transfer_params\":null,\"metrics\":null}";
    }

    private String fingerprintField() {
        return ",\"system_fingerprint\":" + quoted(fingerprint);
    }

    /** The counts so far, beside a token; of cached tokens only the last event tells. */
    private String usageField(Usage usage) {
        return counts(usage, false, call.chat());
    }

    private static String counts(Usage usage, boolean cached, boolean emptyDetails) {
        return ",\"usage\":{\"prompt_tokens\":" + usage.prompt + ",\"total_tokens\":"
                + (usage.prompt + usage.completion)
                + ",\"completion_tokens\":" + usage.completion
                + (!cached || usage.cached == null
                        ? ""
                        : ",\"prompt_tokens_details\":{\"cached_tokens\":" + usage.cached + "}")
                + (emptyDetails ? ",\"completion_tokens_details\":null" : "")
                + "}";
    }

    private String promptIds() {
        return call.returnTokenIds() ? ids(call.prompt()) : "null";
    }

    private static String ids(int[] ids) {
        StringBuilder out = new StringBuilder(6 * ids.length + 2).append('[');
        for (int i = 0; i < ids.length; i++) {
            out.append(i == 0 ? "" : ",").append(ids[i]);
        }
        return out.append(']').toString();
    }
}
