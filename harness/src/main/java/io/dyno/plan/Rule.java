package io.dyno.plan;

/**
 * Every rule that a definition or a command line can break: a stable code and the long form that {@code explain CODE} prints. Codes never
 * change their meaning. 1xx: settings and their values; 2xx: the shape of classes, fields and methods; 3xx: the command line and the plan.
 */
public enum Rule {
    // ---- 1xx: settings and their values ----

    VALUE_SYNTAX("DYNO-101", Severity.ERROR, "A value of the wrong kind", """
            Each setting takes one kind of value: whole numbers, numbers (decimal; "inf" where it means no limit), true or false, words,
            JSON, or a list. The text must be one."""),
    VALUE_RANGE("DYNO-102", Severity.ERROR, "A value out of range", """
            The engine or the load would refuse it or do something else than asked. The message names the range."""),
    VALUE_CHOICE("DYNO-103", Severity.ERROR, "A value that is none of the choices", """
            The setting takes a closed list of words; for flags it is the list of the vLLM version that Dyno's catalogue describes."""),
    VALUE_TWICE("DYNO-104", Severity.ERROR, "The same value twice in a sweep", """
            The point would be measured twice under one name. Two spellings of one number, or of one JSON value, are one value. Repetition
            is what forks and iterations are for."""),
    SETTING_TWICE("DYNO-105", Severity.ERROR, "One setting set twice on one class", """
            An attribute, a @Param field and a token of engineArgs can set the same thing, also under two spellings such as tp and
            tensor-parallel-size. Nobody could tell which one counts. Keep one."""),
    LOAD_UNUSED("DYNO-106", Severity.ERROR, "A load setting that no bench of the class uses", """
            maxConcurrency shapes SERVE, batchSize LATENCY, and so on: docs/settings.md has the table. A setting that nothing reads changes
            no number although it looks as if it did. Remove it, or add the bench. Where one bench of several uses it, it is dropped from
            the points of the others."""),
    UNKNOWN_FLAG(
            "DYNO-107", Severity.ERROR, "A flag that vLLM does not have, and one that is spelled almost like it", """
            The flag is not among those of "vllm serve" of the version that Dyno's catalogue describes, but a name close to it is: most
            likely it is misspelled, and vLLM would refuse to start. When your vLLM is newer and has it, silence this with
            @SuppressWarnings("dyno")."""),
    UNFAMILIAR_FLAG("DYNO-108", Severity.WARNING, "A flag that the catalogue does not have", """
            No flag of the vLLM version that Dyno's catalogue describes is spelled like it. A newer vLLM may have it; Dyno passes it on as
            written, with one value. Silence this with @SuppressWarnings("dyno")."""),
    BURSTINESS_WITHOUT_RATE("DYNO-109", Severity.ERROR, "burstiness without a finite rate", """
            Burstiness shapes the gaps of an open loop. With an infinite rate requests have no gaps: they go out as slots fall free, or all
            at once. Give a finite requestRate, or remove burstiness."""),
    EXPERT_WITH_PIPELINE("DYNO-110", Severity.ERROR, "Expert parallelism beside pipeline parallelism", """
            Expert parallelism spreads the experts over tp·dp GPUs of one stage and excludes pp greater than 1. Set pp = 1 or leave
            expertParallel out."""),
    CONTEXT_TOO_LONG("DYNO-112", Severity.ERROR, "Prompt and output do not fit into the context", """
            inputLen + outputLen must be at most maxModelLen, or the server refuses every request. Where a sweep has points that fit and
            others that do not, the plan skips the latter."""),
    BATCHED_TOKENS("DYNO-113", Severity.ERROR, "maxNumBatchedTokens below maxNumSeqs", """
            Each running sequence takes at least one token of a step's budget; vLLM refuses to start with a budget below the number of
            sequences."""),
    FLAG_OF_DYNO("DYNO-114", Severity.ERROR, "A flag that Dyno sets itself", """
            Address, port, model and the place of each process among others are what Dyno decides for every start: the engine listens on
            loopback and a free port, so that no stale server can be measured."""),
    SECRET("DYNO-115", Severity.ERROR, "A secret in an argument or in env", """
            Arguments are visible to every user of the machine, and arguments and env are written into plans, logs and results. Export the
            variable in the shell (HF_TOKEN, VLLM_API_KEY): the engine inherits it, and files show only its name."""),
    ENV_SYNTAX("DYNO-116", Severity.ERROR, "An entry of env that is no NAME=value", """
            Each entry is one variable: a name of letters, digits and underscores that does not begin with a digit, =, and the value as it
            is, without quotes. A name stands there once."""),
    ENGINE_ARGS_SYNTAX("DYNO-117", Severity.ERROR, "engineArgs that are no argument list", """
            Each element is one argv token, as the program gets it: {"--max-logprobs", "5"} or {"--max-logprobs=5"}. No shell splits them:
            a flag and its value in one token with a blank between are one unknown flag. A flag that takes a value needs one; a switch takes
            none."""),
    HAS_ATTRIBUTE("DYNO-118", Severity.ERROR, "A flag in engineArgs that has an attribute", """
            Under the attribute's name the setting can sweep, is checked, counts in the plan (GPUs, context) and stands in the results.
            Write the attribute instead."""),
    JSON_SYNTAX("DYNO-119", Severity.ERROR, "Invalid JSON", """
            The value must be one JSON value: keys and texts in double quotes, no trailing comma, no key twice. In Java a text block needs no
            escapes. speculativeConfig is a JSON object."""),
    SPECULATIVE_ON_RANDOM("DYNO-120", Severity.WARNING, "Speculative decoding on random tokens", """
            A drafter guesses text. Random token ids cannot be guessed, so nearly every draft is refused, and what is measured is the
            overhead alone. Use dataset "dyno", "jsonl" or a @Prompts method. If the worst case is what you want, silence this with
            @SuppressWarnings("dyno")."""),
    UNKNOWN_DATASET("DYNO-121", Severity.ERROR, "An unknown dataset", """
            The datasets are random (token ids of exact length), dyno (bundled prompts), jsonl (a file with one JSON object a line),
            sharegpt (conversations), prefix_repetition (token ids behind common prefixes), sonnet (lines of a text file) and trtllm
            (trtllm-bench's files). Prompts of your own making come from a @Prompts method, without a dataset."""),
    DATASET_PATH_MISSING("DYNO-122", Severity.ERROR, "A dataset that needs a path", """
            jsonl, sharegpt, sonnet and trtllm read a file: name it in datasetPath."""),
    DATASET_PATH_UNUSED("DYNO-123", Severity.ERROR, "A path for a dataset that takes none", """
            random, prefix_repetition, dyno and @Prompts read no file. Remove datasetPath, or choose a dataset that reads one."""),
    SLO_WITHOUT_LIMIT("DYNO-125", Severity.ERROR, "@Slo without a limit", """
            Every request would meet it. Give at least one of ttftMillis, tpotMillis and e2elMillis."""),
    SLO_RANGE("DYNO-126", Severity.ERROR, "A limit or attainment of @Slo out of range", """
            Limits are ms greater than 0. attainment is a share: in (0, 1], so 99 % is 0.99."""),
    SLO_UNUSED("DYNO-127", Severity.ERROR, "@Slo on a class without SERVE", """
            Objectives are about requests that users wait for. THROUGHPUT, LATENCY and STARTUP have none."""),
    FORKS_RANGE("DYNO-128", Severity.ERROR, "A number of forks out of range", """
            A fork is a fresh engine: at least 1 must be measured, and warm-up forks are at least 0. There is no fork 0 inside Dyno's own
            process as in JMH."""),
    ITERATIONS_RANGE("DYNO-129", Severity.ERROR, "A number of iterations out of range", """
            At least 1 measurement iteration and at least 0 warm-up iterations."""),
    TIME_RANGE("DYNO-130", Severity.ERROR, "A window without length", """
            The time of an iteration is greater than 0. To measure by the number of requests, leave it out and set numPrompts."""),
    EMPTY_VALUE("DYNO-134", Severity.ERROR, "An empty value", """
            An empty value leaves a flag out. A model, a dataset or a path cannot be left out in this way: remove the attribute."""),
    BENCH_TWICE("DYNO-135", Severity.ERROR, "The same bench twice", """
            Its points would be measured twice under one name. Repetition is what forks and iterations are for."""),
    TWO_SPREADS("DYNO-136", Severity.ERROR, "Two distributions of one length", """
            Lengths are fixed, or uniform within a ratio (inputLenRange, outputLenRange), or normal with a standard deviation
            (inputLenStdev, outputLenStdev). Keep one for each length; 0 is fixed."""),
    FEWER_THAN_RANKS("DYNO-137", Severity.ERROR, "Fewer prompts than data-parallel replicas", """
            THROUGHPUT and LATENCY deal their prompts over dp replicas. A replica without one would stand idle, and its GPUs would be
            counted. Raise numPrompts or batchSize to at least dp."""),
    FEWER_THAN_PREFIXES("DYNO-138", Severity.ERROR, "Fewer prompts than prefixes", """
            Each of prefix_repetition's numPrefixes prefixes begins at least one prompt of every window or batch."""),
    IDS_ON_CHAT("DYNO-139", Severity.ERROR, "Token ids on chat", """
            prefix_repetition makes its prompts as token ids, so that lengths are exact and prefixes end where blocks of the cache do. Chat
            takes text only."""),
    PREFIX_TOO_LONG("DYNO-140", Severity.ERROR, "A shared beginning as long as the prompt", """
            inputLen of sonnet is the whole prompt, prefixLen of its tokens are shared. What is left must be the prompt's own, or all
            prompts would be one."""),

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
            class. No definition was generated."""),

    // ---- 3xx: the command line and the plan ----

    UNKNOWN_NAME("DYNO-301", Severity.ERROR, "-p with a name that nothing has", """
            -p takes the name of a @Param field or of a setting: an attribute, or a flag of vLLM. For a flag that only a newer vLLM has, use
            -p 'engineArgs=["--flag","value"]'."""),
    MODEL_MISSING("DYNO-303", Severity.ERROR, "No model", """
            A class may leave the model open; the run must then say it: -p model=Qwen/Qwen3-8B."""),
    PARAMETER_UNUSED("DYNO-304", Severity.ERROR, "-p for what no selected benchmark uses", """
            The value would change nothing. Select a benchmark and a bench that use it."""),
    GPUS_DIVIDE("DYNO-305", Severity.ERROR, "Given GPUs that do not divide", """
            GPUs that are given (-gpus, -nodes and -gpus-per-node, a Slurm allocation) are filled: dp = GPUs / (tp·pp), which must be a whole
            number. Change tp or pp, write dp, or give another number of GPUs."""),
    GPUS_TOO_FEW("DYNO-306", Severity.ERROR, "Too few GPUs", """
            An engine takes tp·pp·dp GPUs. Use smaller sizes, or a machine with more GPUs."""),
    SEVERAL_NODES("DYNO-307", Severity.ERROR, "An engine over several nodes", """
            Dyno starts engines on one node so far. Choose tp·pp·dp that fits one node."""),
    REMOTE_FORKS("DYNO-308", Severity.ERROR, "Forks of a remote engine", """
            Dyno cannot start a remote engine afresh, so there is one fork and no error between engines. Leave -f and -wf out."""),
    REMOTE_SWEEP("DYNO-309", Severity.ERROR, "A sweep over an engine setting of a remote engine", """
            A remote engine runs with the settings that it was started with; Dyno cannot change them. Give one value, for the record, or run
            once per server."""),
    OPTION_RANGE("DYNO-310", Severity.ERROR, "An option out of range", """
            -f and -i are at least 1, -wf and -wi at least 0, -r and -w longer than 0; nodes and GPUs are at least 1."""),
    PARAMETER_TWICE("DYNO-312", Severity.ERROR, "Two -p for one setting", """
            Two names of one setting, such as tp and tensor-parallel-size, were both given. Several values go into one -p: -p tp=1,2.""");

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
