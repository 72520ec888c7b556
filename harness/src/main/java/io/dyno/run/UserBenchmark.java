package io.dyno.run;

import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.Point;
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
