package io.dyno.profilers.torch;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose trace or table a file is. vLLM names them {@code dp0_pp0_tp0_dcp0_ep0_rank0.<ns>.pt.trace.json.gz}, and that of the server's own process
 * {@code <host>_<pid>.async_llm.<ns>.pt.trace.json.gz}; older versions {@code <host>_<pid>.<ns>.pt.trace.json.gz}.
 * Its tables are {@code dp0_pp0_tp0_dcp0_ep0_rank0.profiler_out.txt}, in older versions {@code profiler_out_0.txt}.
 */
final class TraceName {
    /** The server's own process: HTTP, tokenizer, detokenizer; no model. */
    static final String FRONTEND = "frontend";

    private static final Pattern RANK = Pattern.compile("(?:^|_)((?:[a-z]+\\d+_)*)rank(\\d+)\\.");
    private static final Pattern OLD_TABLE = Pattern.compile("profiler_out_(\\d+)\\.txt");
    private static final Pattern PROCESS = Pattern.compile("_(\\d+)\\.\\d+\\.pt\\.trace\\.json");

    private TraceName() {}

    /** Such as {@code rank0}, {@code dp1-rank1}, {@code frontend}, or {@code pid4711} where only that is known. */
    static String of(Path file) {
        String name = file.getFileName().toString();
        if (name.contains(".async_llm.")) {
            return FRONTEND;
        }
        Matcher rank = RANK.matcher(name);
        if (rank.find()) {
            // Data-parallel servers may number their ranks from 0 each.
            Matcher replica = Pattern.compile("dp(\\d+)_").matcher(rank.group(1));
            String dp = replica.find() && !replica.group(1).equals("0") ? "dp" + replica.group(1) + "-" : "";
            return dp + "rank" + rank.group(2);
        }
        Matcher table = OLD_TABLE.matcher(name);
        if (table.matches()) {
            return "rank" + table.group(1);
        }
        Matcher process = PROCESS.matcher(name);
        return process.find() ? "pid" + process.group(1) : "trace";
    }

    /** Whether a name is that of the server's own process: {@code frontend}, or {@code frontend-2} where there are several. */
    static boolean isFrontend(String name) {
        return name.equals(FRONTEND) || name.startsWith(FRONTEND + "-");
    }

    /** The ending that PyTorch gave it. */
    static String extension(Path file) {
        return file.toString().endsWith(".gz") ? ".pt.trace.json.gz" : ".pt.trace.json";
    }
}
