package io.dyno.profilers.torch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dyno.profilers.torch.Operator.Side;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Reads a trace of PyTorch's profiler (Chrome's trace event format, gzipped or not) as a stream: traces of hundreds of megabytes are usual. Of
 * its events only operators, kernels and memory operations are kept, and of these no more than fit in memory.
 */
final class TraceReader {
    private static final Set<String> ON_GPU = Set.of("kernel", "gpu_memcpy", "gpu_memset");

    /** Operators' calls that are kept until the whole trace is read, since they come in no order: 20 bytes each, 240 MB. */
    private static final int MOST_CALLS = 12_000_000;

    /** Sums of one operator. */
    private static final class Sum {
        private long calls;
        private double total;
        private double self;
    }

    private final int mostCalls;
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, ThreadCalls> callsOfThreads = new HashMap<>();
    private final Map<String, Sum> onGpu = new HashMap<>();
    private final Set<String> processes = new TreeSet<>();
    private long events;
    private long calls;
    private double first = Double.POSITIVE_INFINITY;
    private double last = Double.NEGATIVE_INFINITY;

    private TraceReader(int mostCalls) {
        this.mostCalls = mostCalls;
    }

    /**
     * Reads a trace.
     *
     * @throws IOException when it is no whole trace; the message names the file
     */
    static Trace read(Path file) throws IOException {
        return read(file, MOST_CALLS);
    }

    /**
     * Reads a trace.
     *
     * @param mostCalls calls of operators; of a trace with more no operators are told
     */
    static Trace read(Path file, int mostCalls) throws IOException {
        TraceReader reader = new TraceReader(mostCalls);
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
                JsonParser json = new JsonFactory().createParser(text)) {
            reader.document(json);
        } catch (IOException e) {
            throw new IOException(file.getFileName() + " is no whole trace: " + e.getMessage(), e);
        }
        return reader.trace();
    }

    private void document(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("it does not begin with an object");
        }
        boolean found = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean traceEvents = json.currentName().equals("traceEvents");
            JsonToken value = json.nextToken();
            if (traceEvents && value == JsonToken.START_ARRAY) {
                found = true;
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    event(json);
                }
            } else {
                json.skipChildren();
            }
        }
        if (!found) {
            throw new IOException("it has no traceEvents");
        }
    }

    private void event(JsonParser json) throws IOException {
        String phase = null;
        String category = null;
        String name = null;
        String process = null;
        String thread = null;
        double start = 0;
        double duration = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "ph" -> phase = json.getText();
                case "cat" -> category = json.getText();
                case "name" -> name = json.getText();
                case "pid" -> process = json.getText();
                case "tid" -> thread = json.getText();
                case "ts" -> start = value.isNumeric() ? json.getDoubleValue() : 0;
                case "dur" -> duration = value.isNumeric() ? json.getDoubleValue() : 0;
                default -> json.skipChildren();
            }
        }
        events++;
        if (!"X".equals(phase) || category == null || name == null) {
            return;
        }
        if (category.equals("cpu_op")) {
            processes.add(process);
            calls++;
            if (calls <= mostCalls) {
                callsOfThreads
                        .computeIfAbsent(process + "/" + thread, key -> new ThreadCalls())
                        .add(start, start + duration, names.computeIfAbsent(name, key -> names.size()));
            } else {
                callsOfThreads.clear();
            }
        } else if (ON_GPU.contains(category)) {
            Sum sum = onGpu.computeIfAbsent(name, key -> new Sum());
            sum.calls++;
            sum.total += duration;
            sum.self += duration;
        } else {
            return;
        }
        first = Math.min(first, start);
        last = Math.max(last, start + duration);
    }

    private Trace trace() {
        double span = last > first ? last - first : 0;
        if (calls > mostCalls) {
            return Trace.withoutOperators(
                    events,
                    List.copyOf(processes),
                    span,
                    String.format(
                            Locale.ROOT,
                            "its %,d calls of operators are more than the %,d that are read for a table",
                            calls,
                            mostCalls));
        }
        Map<String, Sum> onCpu = onCpu();
        List<Operator> operators = new ArrayList<>();
        operators(operators, Side.CPU, onCpu);
        operators(operators, Side.GPU, onGpu);
        operators.sort(
                Comparator.comparingDouble(Operator::selfMicros).reversed().thenComparing(Operator::name));
        return new Trace(events, List.copyOf(processes), span, operators, null);
    }

    private Map<String, Sum> onCpu() {
        Sum[] sums = new Sum[names.size()];
        Arrays.setAll(sums, i -> new Sum());
        ThreadCalls.SelfTimes adding = new ThreadCalls.SelfTimes() {
            @Override
            public void call(int name, double total) {
                sums[name].calls++;
                sums[name].total += total;
                sums[name].self += total;
            }

            @Override
            public void within(int name, double inner) {
                sums[name].self -= inner;
            }
        };
        callsOfThreads.values().forEach(thread -> thread.selfTimes(adding));
        Map<String, Sum> onCpu = new HashMap<>();
        names.forEach((name, id) -> onCpu.put(name, sums[id]));
        return onCpu;
    }

    private static void operators(List<Operator> operators, Side side, Map<String, Sum> sums) {
        sums.forEach(
                (name, sum) -> operators.add(new Operator(side, name, sum.calls, sum.total, Math.max(0, sum.self))));
    }
}
