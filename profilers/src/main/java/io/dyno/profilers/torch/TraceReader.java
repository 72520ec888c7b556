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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Reads a trace of PyTorch's profiler (Chrome's trace event format, gzipped or not) as a stream: traces of hundreds of megabytes are usual. Of
 * its events only operators, kernels and memory operations are kept.
 */
final class TraceReader {
    private static final Set<String> ON_GPU = Set.of("kernel", "gpu_memcpy", "gpu_memset");

    /** One call of an operator; times in µs. */
    private record Call(double start, double end, String name) {}

    /** Sums of one operator. */
    private static final class Sum {
        private long calls;
        private double total;
        private double self;
    }

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, List<Call>> callsOfThreads = new HashMap<>();
    private final Map<String, Sum> onGpu = new HashMap<>();
    private final Set<String> processes = new TreeSet<>();
    private long events;
    private double first = Double.POSITIVE_INFINITY;
    private double last = Double.NEGATIVE_INFINITY;

    private TraceReader() {}

    /**
     * Reads a trace.
     *
     * @throws IOException when it is no whole trace; the message names the file
     */
    static Trace read(Path file) throws IOException {
        TraceReader reader = new TraceReader();
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
            callsOfThreads
                    .computeIfAbsent(process + "/" + thread, key -> new ArrayList<>())
                    .add(new Call(start, start + duration, names.computeIfAbsent(name, same -> same)));
        } else if (ON_GPU.contains(category)) {
            add(onGpu, name, duration, duration);
        } else {
            return;
        }
        first = Math.min(first, start);
        last = Math.max(last, start + duration);
    }

    private static void add(Map<String, Sum> sums, String name, double total, double self) {
        Sum sum = sums.computeIfAbsent(name, key -> new Sum());
        sum.calls++;
        sum.total += total;
        sum.self += self;
    }

    private Trace trace() {
        Map<String, Sum> onCpu = new HashMap<>();
        callsOfThreads.values().forEach(calls -> addSelfTimes(onCpu, calls));
        List<Operator> operators = new ArrayList<>();
        operators(operators, Side.CPU, onCpu);
        operators(operators, Side.GPU, onGpu);
        operators.sort(
                Comparator.comparingDouble(Operator::selfMicros).reversed().thenComparing(Operator::name));
        return new Trace(events, List.copyOf(processes), last > first ? last - first : 0, operators);
    }

    /** Calls of one thread nest: what a call takes is taken from the one around it. */
    private static void addSelfTimes(Map<String, Sum> sums, List<Call> calls) {
        calls.sort(Comparator.comparingDouble(Call::start)
                .thenComparing(Comparator.comparingDouble(Call::end).reversed()));
        Deque<Call> open = new ArrayDeque<>();
        for (Call call : calls) {
            while (!open.isEmpty() && open.peek().end() <= call.start()) {
                open.pop();
            }
            double duration = call.end() - call.start();
            add(sums, call.name(), duration, duration);
            if (!open.isEmpty()) {
                sums.get(open.peek().name()).self -= duration;
            }
            open.push(call);
        }
    }

    private static void operators(List<Operator> operators, Side side, Map<String, Sum> sums) {
        sums.forEach(
                (name, sum) -> operators.add(new Operator(side, name, sum.calls, sum.total, Math.max(0, sum.self))));
    }
}
