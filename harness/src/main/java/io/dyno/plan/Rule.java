package io.dyno.plan;

/**
 * Every rule that a definition or a command line can break: a stable code and the long form that {@code explain CODE} prints. Codes never
 * change their meaning. 1xx: settings and their values; 2xx: the shape of classes, fields and methods; 3xx: the command line and the plan.
 */
public enum Rule {
    UNKNOWN_FLAG("DYNO-107", Severity.WARNING, "A flag that vLLM does not have", """
            The flag is not among the engine arguments of the vLLM version that Dyno's catalogue describes. vLLM itself would refuse to
            start. When your vLLM is newer and has it, silence this with @SuppressWarnings("dyno")."""),

    // ---- 2xx: the shape of classes, fields and methods ----

    NOT_A_CLASS("DYNO-201", Severity.ERROR, "@VllmBenchmark on something that is no class", """
            Dyno makes an instance for each point and fork. Interfaces, enums, records and annotation types cannot be made so, or cannot
            hold @Param fields. Use a class; what several share goes into a base class."""),
    DEFAULT_PACKAGE("DYNO-202", Severity.ERROR, "A benchmark class without a package", """
            The generated definition lives in the class's package, and classes in packages cannot name those in the default one. Put the
            class into a package."""),
    INNER_CLASS("DYNO-203", Severity.ERROR, "An inner class that is not static", """
            An instance of an inner class needs one of the class around it, which Dyno does not have. Make the class static."""),
    PRIVATE_CLASS("DYNO-204", Severity.ERROR, "A private benchmark class", """
            The generated definition calls the class from its package, so neither the class nor one around it may be private.
            Package-private is enough."""),
    GENERIC_CLASS("DYNO-205", Severity.ERROR, "A benchmark class with type parameters", """
            Nobody says which types they would stand for. Put the type parameters on a base class and give them in the extends clause."""),
    NO_CONSTRUCTOR("DYNO-206", Severity.ERROR, "No usable constructor without parameters", """
            Dyno makes an instance for each point and fork by calling the constructor without parameters. It must not be private and must
            not throw checked exceptions: work that can fail belongs in @Setup."""),
    NAME_TAKEN("DYNO-207", Severity.ERROR, "The name of the generated definition is taken", """
            The definition of com.acme.Outer.Inner is com.acme.Outer_Inner_Definition. Another class has that name: rename one of them."""),
    FINAL_PARAM("DYNO-210", Severity.ERROR, "A final @Param field", """
            Dyno sets the field to each of its values in turn; a final field cannot be set. Remove final."""),
    STATIC_PARAM("DYNO-211", Severity.ERROR, "A static @Param field", """
            Each point and fork has an instance of its own; a static field would carry the value of one point into another. Remove
            static."""),
    PRIVATE_MEMBER("DYNO-212", Severity.ERROR, "A private member that Dyno sets or calls", """
            Generated code in the class's package sets @Param fields and calls @Prompts, @Setup and @TearDown methods, without reflection.
            Package-private is enough."""),
    INHERITED_MEMBER("DYNO-213", Severity.ERROR, "An inherited member that the class's package cannot reach", """
            Generated code stands in the benchmark's package. A package-private or protected member declared in another package is out of its
            reach: make it public, or, for a method, override it in the class."""),
    PARAM_TYPE("DYNO-214", Severity.ERROR, "A @Param field of a type that cannot be made from text", """
            Values are text until they are set. The types are int, long, short, byte, double, float, boolean, char, their wrappers, String,
            and enums that the class's package can see."""),
    PARAM_VALUE("DYNO-215", Severity.ERROR, "A @Param value that the field's type cannot hold", """
            Each value must parse as the field's type. Numbers are decimal; a double or float also takes "inf"; a boolean is "true" or
            "false"; an enum's values are its constants' names."""),
    PARAM_DUPLICATE("DYNO-216", Severity.ERROR, "The same @Param value twice", """
            The point would be measured twice under one name. Two spellings of one number are one value. Repetition is what forks and
            iterations are for."""),
    PARAM_NO_VALUES("DYNO-217", Severity.ERROR, "A @Param field without values", """
            Only an enum or a boolean may leave the values out: it then takes all its constants. Any other field needs at least one value."""),
    PARAM_HIDDEN("DYNO-218", Severity.ERROR, "A @Param field hidden by another field", """
            Two fields of one name in a class and its base class: setting it by name would set only one of them. Rename one."""),
    PARAM_UNREAD("DYNO-219", Severity.ERROR, "A @Param field that nobody reads", """
            The field names no setting, carries no @EngineArg, and the class has no @Prompts, @Setup or @TearDown method that could read
            it: all its values would measure the same. Most often a setting's name is misspelled."""),
    PARAM_NAMED_LIKE_SETTING("DYNO-220", Severity.ERROR, "A field named like a setting that sets another", """
            A reader of the class or of its results would take the field for the setting. Rename it, or let it set what it is named
            after."""),
    ENGINE_ARG_WITHOUT_PARAM("DYNO-221", Severity.ERROR, "@EngineArg without @Param", """
            @EngineArg says which flag the values of a @Param field set; without @Param there are no values. Add @Param, or write the flag
            into engineArgs."""),
    ENGINE_ARG_NAME("DYNO-222", Severity.ERROR, "@EngineArg with something that is no flag", """
            A flag is written without its dashes in front: letters and digits in words separated by dashes, such as max-num-seqs. Its value
            belongs in @Param."""),
    SEVERAL_PROMPTS("DYNO-230", Severity.ERROR, "More than one @Prompts method", """
            One method makes the prompts; with two nobody could tell which did. An overriding method takes the place of the one it
            overrides."""),
    PROMPTS_SIGNATURE("DYNO-231", Severity.ERROR, "A @Prompts method of the wrong shape", """
            It is Iterable<Prompt> name(PromptRequest request); the result may be any subtype, such as List<Prompt>; it may throw
            exceptions."""),
    PROMPTS_AND_DATASET("DYNO-232", Severity.ERROR, "@Prompts beside a dataset", """
            The prompts come from the method or from a dataset, not from both. Remove one."""),
    LIFECYCLE_SIGNATURE("DYNO-233", Severity.ERROR, "A @Setup or @TearDown method of the wrong shape", """
            It is void, with no parameter or one EngineInfo; it may throw exceptions."""),
    LEVEL_INVOCATION("DYNO-234", Severity.ERROR, "Level.Invocation", """
            An invocation would be one request, and code around a request would be measured with it. Use Level.Trial (once per point and fork)
            or Level.Iteration."""),
    LEVEL_ITERATION("DYNO-235", Severity.ERROR, "Level.Iteration on a continuous load", """
            The windows of SERVE are cut out of one continuous load; there is no pause between them in which a method could run. Use
            Level.Trial, or drained = true, where each iteration is a run of its own."""),
    LIFECYCLE_NEVER_CALLED("DYNO-236", Severity.ERROR, "@Setup or @TearDown on a class of STARTUP only", """
            An iteration of STARTUP is a start of the engine; there is no engine that is ready before it or that remains after it, so the
            methods would never be called."""),
    FORK_JVM("DYNO-240", Severity.ERROR, "JVM arguments of @Fork", """
            A fork is a fresh engine, not a fresh JVM. Arguments of the engine are engineArgs, its environment is env."""),
    THREADS("DYNO-241", Severity.ERROR, "@Threads", """
            Load is made by requests in flight, not by threads. Use @Load(maxConcurrency = …)."""),
    BENCHMARK_MODE("DYNO-242", Severity.ERROR, "@BenchmarkMode", """
            What is measured is said by bench = {SERVE, THROUGHPUT, LATENCY, STARTUP}; each measures rates and latencies together."""),
    OUTPUT_TIME_UNIT("DYNO-243", Severity.ERROR, "@OutputTimeUnit", """
            Units belong to the metrics: latencies are in ms, rates per second."""),
    OPERATIONS_PER_INVOCATION("DYNO-244", Severity.ERROR, "@OperationsPerInvocation", """
            Requests and tokens are counted, not declared. Use numPrompts or batchSize for the size of a run."""),
    TIMEOUT("DYNO-245", Severity.ERROR, "@Timeout", """
            The time that a request may stay open is a property of the run, not of the class: -to on the command line."""),
    BENCHMARK_METHOD("DYNO-246", Severity.ERROR, "@Benchmark methods", """
            The class is the benchmark and the engine is what is measured; nothing would call the method. Move it into a class of its own
            for JMH."""),
    BATCH_SIZE("DYNO-247", Severity.ERROR, "batchSize of @Warmup or @Measurement", """
            It counts calls of a JMH method. The prompts of LATENCY's batch are @VllmBenchmark(batchSize = …), the requests of a window
            numPrompts."""),
    JMH_WITHOUT_MEANING("DYNO-248", Severity.ERROR, "An annotation of JMH that means nothing here", """
            @State, @Group, @GroupThreads, @CompilerControl and @AuxCounters speak of threads and JVM code. Dyno makes one instance per point
            and fork and measures the engine. Remove it."""),
    JMH_ON_METHOD("DYNO-249", Severity.ERROR, "@Fork, @Warmup or @Measurement on a method", """
            The class is the benchmark; these go onto the class."""),
    PROCESSOR_FAILURE("DYNO-299", Severity.ERROR, "A fault in Dyno's annotation processor", """
            The processor met something that it did not expect. This is Dyno's bug, not yours: please report it with the message and the
            class. No definition was generated.""");

    private final String code;
    private final Severity severity;
    private final String title;
    private final String explanation;

    Rule(String code, Severity severity, String title, String explanation) {
        this.code = code;
        this.severity = severity;
        this.title = title;
        this.explanation = explanation;
    }

    /** Whether the rule stops the compiler. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** {@code DYNO-107}. */
    public String code() {
        return code;
    }

    public Severity severity() {
        return severity;
    }

    /** The rule in a few words. */
    public String title() {
        return title;
    }

    /** What it is about, why it is a rule and what to do: several lines. */
    public String explanation() {
        return explanation;
    }
}
