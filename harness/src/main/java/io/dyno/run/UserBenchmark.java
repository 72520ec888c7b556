package io.dyno.run;

import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.load.DatasetException;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.Point;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;

/** The user's own object for one point and fork. Its code may throw anything; what it throws fails the point and nothing else. */
final class UserBenchmark {
    private final BenchmarkDefinition definition;
    private final String name;
    private Object instance;

    /**
     * Makes the object and sets its fields.
     *
     * @throws Failed when its constructor throws
     */
    UserBenchmark(BenchmarkDefinition definition, Point point) throws InterruptedException {
        this.definition = definition;
        this.name = point.benchmark();
        guarded("its constructor", () -> {
            instance = definition.newInstance();
            point.fields().forEach((field, value) -> definition.set(instance, field, value));
        });
    }

    /** The user's code threw: the point has failed, the run goes on. The message says what and where. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    void setup(Level level, EngineInfo engine) throws InterruptedException {
        guarded("@Setup(Level." + level + ")", () -> definition.setup(instance, level, engine));
    }

    void tearDown(Level level, EngineInfo engine) throws InterruptedException {
        guarded("@TearDown(Level." + level + ")", () -> definition.tearDown(instance, level, engine));
    }

    /** What is done with the object between the methods that the user has around a trial. */
    interface Trial<T> {
        T run() throws IOException, InterruptedException, DatasetException;
    }

    /**
     * Calls the methods that the user has around a trial, and what is between them. What goes wrong in there is told, not what goes wrong
     * afterwards because of it.
     */
    <T> T trial(EngineInfo engine, Trial<T> trial) throws IOException, InterruptedException, DatasetException {
        setup(Level.Trial, engine);
        T result;
        try {
            result = trial.run();
        } catch (IOException | InterruptedException | DatasetException | RuntimeException | Error e) {
            try {
                tearDown(Level.Trial, engine);
            } catch (Failed after) {
                e.addSuppressed(after);
            }
            throw e;
        }
        tearDown(Level.Trial, engine);
        return result;
    }

    /** The prompts of a slice; who asks for them says what it means when this throws. */
    Iterable<Prompt> prompts(PromptRequest request) throws Exception {
        return definition.prompts(instance, request);
    }

    private interface Code {
        void run() throws Exception;
    }

    private void guarded(String what, Code code) throws InterruptedException {
        try {
            code.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError | LinkageError e) {
            throw new Failed(name + ": " + what + " threw " + e, e);
        }
    }
}
