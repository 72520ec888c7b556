package io.dyno.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a window's records say about their own worth: too few, failed, counts and timestamps that do not agree with each other. */
final class RecordChecks {
    private RecordChecks() {}

    static Validity judge(WindowRecords records, RequestCounts counts) {
        List<RequestRecord> due = records.due();
        if (due.isEmpty()) {
            return Validity.voided("no_requests: no request was due in the window");
        }
        List<String> reasons = new ArrayList<>();
        if (!records.window().drained() && due.size() < WindowMetrics.FEWEST_REQUESTS) {
            reasons.add("too_short: " + due.size() + " requests were due, fewer than " + WindowMetrics.FEWEST_REQUESTS);
        }
        if (counts.failures() > 0) {
            StringBuilder classes = new StringBuilder();
            counts.failed().forEach((type, n) -> classes.append(classes.isEmpty() ? "" : ", ")
                    .append(type.id())
                    .append(' ')
                    .append(n));
            reasons.add("failed_requests: " + counts.failures() + " of " + due.size() + " (" + classes + ")"
                    + ", mostly: "
                    + mostFrequentDetail(due));
        }
        check(due, reasons, RecordChecks::unknown, "tokens_unknown", "nobody said how many tokens came");
        check(due, reasons, RecordChecks::spread, "tokens_spread", "tokens per chunk are unknown and taken as even");
        check(
                due,
                reasons,
                RecordChecks::countsDisagree,
                "tokens_disagree",
                "tokens of the chunks do not add up to the usage");
        check(due, reasons, RecordChecks::outOfOrder, "timestamps", "timestamps are not in order");
        return reasons.isEmpty() ? Validity.OK : new Validity(Validity.Level.SUSPECT, reasons);
    }

    /** What the failed requests were told, the commonest of it: "HTTP 400: …". */
    private static String mostFrequentDetail(List<RequestRecord> due) {
        Map<String, Long> details = due.stream()
                .filter(r -> !r.ok())
                .map(r ->
                        r.outcome().detail() == null ? "no detail" : r.outcome().detail())
                .collect(Collectors.groupingBy(detail -> detail, LinkedHashMap::new, Collectors.counting()));
        return details.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static void check(
            List<RequestRecord> due, List<String> reasons, Predicate<RequestRecord> wrong, String code, String what) {
        long n = due.stream().filter(RequestRecord::ok).filter(wrong).count();
        if (n > 0) {
            reasons.add(code + ": " + what + " (" + n + " of " + due.size() + " requests)");
        }
    }

    /** Where no chunk was seen, the total is all there is to know. */
    private static boolean unknown(RequestRecord r) {
        return r.chunks().size() == 0
                ? r.tokensOut() == null
                : !RequestTokens.of(r).known();
    }

    private static boolean spread(RequestRecord r) {
        RequestTokens tokens = RequestTokens.of(r);
        return tokens.spread() && r.chunks().size() > 1;
    }

    /** Σ n_k must be what the server says it generated. */
    private static boolean countsDisagree(RequestRecord r) {
        return r.tokensOut() != null
                && RequestTokens.of(r).exact()
                && r.tokenSource() != TokenSource.FINAL_USAGE
                && r.chunks().totalTokens() != r.tokensOut();
    }

    /** due ≤ sent ≤ first byte ≤ chunks ≤ end: then the gaps add up to the time from first to last chunk. */
    private static boolean outOfOrder(RequestRecord r) {
        long before = r.due();
        for (Long t : new Long[] {r.sent(), r.firstByte()}) {
            if (t != null && t < before) {
                return true;
            }
            before = t == null ? before : t;
        }
        for (int i = 0; i < r.chunks().size(); i++) {
            if (r.chunks().at(i) < before) {
                return true;
            }
            before = r.chunks().at(i);
        }
        return r.end() != null && r.end() < before;
    }
}
