package io.dyno;

/** The OpenAI-compatible endpoint that requests go to. */
public enum Endpoint {
    /** {@code /v1/completions}; prompts may be token ids, so lengths are exact. */
    COMPLETIONS,
    /** {@code /v1/chat/completions}; the prompt is one user message and the server applies its chat template. */
    CHAT
}
