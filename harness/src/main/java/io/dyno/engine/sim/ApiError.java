package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** An answer that is an error, with the body that vLLM gives. */
final class ApiError extends Exception {
    private static final long serialVersionUID = 1L;

    /** What every open request is told when the engine has died. */
    static final String ENGINE_DEAD = "EngineCore encountered an issue. See stack trace (above) for the root cause.";

    private final int status;
    private final String type;
    private final String param;

    private ApiError(int status, String type, String param, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
    }

    /** A value that makes no sense. */
    static ApiError badRequest(String param, String message) {
        return new ApiError(400, "BadRequestError", param, message);
    }

    /** A value that vLLM refuses and repeats in its message. */
    static ApiError badValue(String param, Object value, String message) {
        return badRequest(param, message + " (parameter=" + param + ", value=" + value + ")");
    }

    /** The same where nothing came that could be repeated. */
    static ApiError badField(String param, String message) {
        return badRequest(param, message + " (parameter=" + param + ")");
    }

    /** A body of the wrong form. */
    static ApiError validation(List<Mistake> mistakes) {
        return new ApiError(400, "Bad Request", mistakes.get(0).at(), BodySchema.text(mistakes));
    }

    /** A body that is not called JSON. */
    static ApiError unsupportedMediaType() {
        return new ApiError(
                400,
                "Bad Request",
                null,
                "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed");
    }

    static ApiError modelNotFound(String model, String alias) {
        return new ApiError(
                404,
                "NotFoundError",
                "model",
                "The model `" + model + "` does not exist. Valid aliases: " + alias + ".");
    }

    static ApiError internal(String message) {
        return new ApiError(500, "InternalServerError", null, message);
    }

    int status() {
        return status;
    }

    /** {@code {"error":{"message":…,"type":…,"param":…,"code":…}}}. */
    String body() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param);
        error.put("code", status);
        return JsonNodeFactory.instance.objectNode().set("error", error).toString();
    }

    /** The same as an event inside a stream, where vLLM writes JSON with blanks. */
    String event() {
        return "data: {\"error\": {\"message\": " + Answers.quoted(getMessage()) + ", \"type\": \"" + type
                + "\", \"param\": " + (param == null ? "null" : "\"" + param + "\"") + ", \"code\": " + status
                + "}}\n\n";
    }
}
