package io.dyno.engine.sim;

import io.dyno.engine.JavaCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * {@code torchrun --nproc-per-node=N worker …}: starts N workers that know their rank from the environment. When one ends badly it ends the
 * others, says which it was in torchrun's words, and ends with 1; when all have ended well, with 0.
 */
@SuppressWarnings("FutureReturnValueIgnored") // putting an ended rank into a queue does not fail
final class TorchRun {
    private static final List<String> JVM_FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final String PROCESSES = "--nproc-per-node=";
    private static final String API = "torch/distributed/elastic/multiprocessing/api.py";
    private static final int GRACE_SECONDS = 5;

    private final VllmLog log;
    private final Map<String, String> environment;
    private final BlockingQueue<Rank> ended = new LinkedBlockingQueue<>();
    private final List<Rank> ranks = new ArrayList<>();

    TorchRun(VllmLog log, Map<String, String> environment) {
        this.log = log;
        this.environment = environment;
    }

    private record Rank(int number, Process process) {}

    /**
     * Runs until the workers have ended.
     *
     * @return the exit code
     * @throws Refusal for a command line that cannot be read
     */
    int run(List<String> arguments) throws Refusal, InterruptedException {
        if (arguments.size() < 2
                || !arguments.get(0).matches(PROCESSES + "[1-9][0-9]{0,3}")
                || !arguments.get(1).equals("worker")) {
            throw Refusal.usage("usage: torchrun --nproc-per-node=N worker ...\ntorchrun: error: got "
                    + String.join(" ", arguments));
        }
        int world = Integer.parseInt(arguments.get(0).substring(PROCESSES.length()));
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end of ranks"));
        try {
            for (int i = 0; i < world; i++) {
                start(i, world, arguments.subList(1, arguments.size()));
            }
        } catch (IOException e) {
            log.raw("OSError: a worker cannot be started: " + e.getMessage());
            endAll();
            return 1;
        }
        for (int left = world; left > 0; left--) {
            Rank rank = ended.take();
            int code = rank.process.exitValue();
            if (code != 0) {
                failed(rank, code);
                return 1;
            }
        }
        return 0;
    }

    private void start(int number, int world, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                JavaCommand.of(JVM_FLAGS, System.getProperty("java.class.path"), SimMain.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Map<String, String> variables = builder.environment();
        variables.put("RANK", Integer.toString(number));
        variables.put("LOCAL_RANK", Integer.toString(number));
        variables.put("WORLD_SIZE", Integer.toString(world));
        // All ranks are one start of one engine.
        variables.put(
                SimOptions.START_VARIABLE, environment.getOrDefault(SimOptions.START_VARIABLE, "pid " + log.pid()));
        Rank rank = new Rank(number, builder.start());
        ranks.add(rank);
        rank.process.onExit().thenAccept(process -> ended.add(rank));
    }

    private void failed(Rank failed, int code) {
        for (Rank rank : ranks) {
            if (rank.process.isAlive()) {
                log.raw("W " + API + ":1029] Sending process " + rank.process.pid() + " closing signal SIGTERM");
            }
        }
        endAll();
        log.raw("E " + API + ":1003] failed (exitcode: " + code + ") local_rank: " + failed.number + " (pid: "
                + failed.process.pid() + ") of binary: worker");
        String border = "=".repeat(60);
        log.raw("""
                torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
                %s
                worker FAILED
                %s
                Root Cause (first observed failure):
                [0]:
                  rank      : %d (local_rank: %d)
                  exitcode  : %d (pid: %d)
                %s""".formatted(
                        border, "-".repeat(60), failed.number, failed.number, code, failed.process.pid(), border));
    }

    /** Ends all that run: asks, and insists. */
    private void endAll() {
        ranks.forEach(rank -> rank.process.destroy());
        for (Rank rank : ranks) {
            try {
                if (!rank.process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    rank.process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                rank.process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
