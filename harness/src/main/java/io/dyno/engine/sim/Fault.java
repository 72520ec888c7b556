package io.dyno.engine.sim;

import io.dyno.plan.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What goes wrong on purpose, and when. What a kind does to a server stands with it; the offline worker does the like with its answers.
 *
 * @param kind what
 * @param when from when on
 */
public record Fault(Kind kind, When when) {
    /** What goes wrong. The names in options are these in lower case with dashes. */
    public enum Kind {
        /** The GPU runs out of memory: the engine dies with vLLM's lines for it, open streams get an error event, exit code 1. */
        OOM,
        /** The process is gone at once, as after a segmentation fault: nothing is said, connections break, exit code 139. */
        CRASH,
        /** The process lives and answers nothing any more, health included. */
        HANG,
        /** The start takes so long as {@link When} says (at {@code start}: 20 s) and then succeeds. */
        SLOW_START,
        /** No more tokens come, while connections stay open and health is fine. */
        STALL,
        /** Every generation request is answered with status 500. */
        HTTP_500,
        /** Every stream is cut after its first tokens: the connection breaks without an end. */
        CUT,
        /** What is answered to a generation request is no answer but rubbish. */
        RUBBISH;

        /** The name in options: {@code http-500}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** From when on. */
    public sealed interface When {
        /** From the start of the process on. */
        record AtStart() implements When {}

        /** That long after the server became ready. */
        record After(long nanos) implements When {}

        /** When that many generation requests have been accepted: with 1, the first is hit. */
        record AtRequest(long count) implements When {}
    }

    /** The kinds as written. */
    static List<String> kinds() {
        return Arrays.stream(Kind.values()).map(Kind::id).toList();
    }

    /**
     * Reads {@code KIND@WHEN}; WHEN is {@code start}, seconds as {@code 12s} or {@code 0.5s}, or a request as {@code r50}.
     *
     * @throws IllegalArgumentException when it cannot be read; the message says what would be right
     */
    public static Fault parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(
                    "fault=" + text + " does not say when: write KIND@start, KIND@12s or KIND@r50.");
        }
        String name = text.substring(0, at).trim();
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fault is called \"" + name + "\""
                        + Suggestions.didYouMean(name, kinds()) + " There are " + String.join(", ", kinds()) + "."));
        Fault fault = new Fault(kind, when(text.substring(at + 1).trim()));
        if (kind == Kind.SLOW_START && fault.when instanceof When.AtRequest) {
            throw new IllegalArgumentException(
                    "fault=" + text + ": no request comes before the start; write slow-start@30s.");
        }
        return fault;
    }

    private static When when(String text) {
        if (text.equals("start")) {
            return new When.AtStart();
        }
        try {
            if (text.matches("r[0-9]+")) {
                long count = Long.parseLong(text.substring(1));
                if (count >= 1) {
                    return new When.AtRequest(count);
                }
            }
            if (text.matches("[0-9.]+s")) {
                return new When.After(Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * 1e9));
            }
        } catch (NumberFormatException e) {
            throw cannotRead(text, e);
        }
        throw cannotRead(text, null);
    }

    private static IllegalArgumentException cannotRead(String text, Throwable cause) {
        return new IllegalArgumentException(
                "a fault cannot happen at \"" + text
                        + "\": write start, seconds as 12s, or a request from r1 on as r50.",
                cause);
    }

    /** As written: {@code stall@12s}. */
    @Override
    public String toString() {
        String time;
        if (when instanceof When.After after) {
            double seconds = after.nanos / 1e9;
            time = (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds)) + "s";
        } else if (when instanceof When.AtRequest request) {
            time = "r" + request.count;
        } else {
            time = "start";
        }
        return kind.id() + "@" + time;
    }
}
