package io.dunlin.loadtest.fault.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The report as a person reads it in a terminal. Pure. */
public final class TextReport {
  private static final String ROW = "%-22s %4s %8s %8s %7s %8s %12s %12s %9s %14s  %s%n";

  private TextReport() {}

  /** The headings of {@link #line}. */
  public static String heading() {
    return String.format(
        Locale.ROOT,
        ROW,
        "scenario",
        "run",
        "sent",
        "ok",
        "failed",
        "excused",
        "p99 at rest",
        "longest wait",
        "stall",
        "full strength",
        "");
  }

  /** One repeat. */
  public static String line(RunResult run) {
    return row(
        run.scenario(),
        Integer.toString(run.repeat()),
        List.of(run),
        run.passed() ? (run.isSlow() ? "slow" : "ok") : "FAILED");
  }

  /** One line a scenario, its repeats taken together. */
  public static String summary(List<RunResult> runs) {
    Map<String, List<RunResult>> byScenario = new LinkedHashMap<>();
    runs.forEach(
        run -> byScenario.computeIfAbsent(run.scenario(), key -> new ArrayList<>()).add(run));
    StringBuilder text = new StringBuilder(heading());
    byScenario.forEach(
        (scenario, repeats) -> {
          long passed = repeats.stream().filter(RunResult::passed).count();
          long slow = repeats.stream().filter(RunResult::isSlow).count();
          text.append(
              row(
                  scenario,
                  "x" + repeats.size(),
                  repeats,
                  passed + "/" + repeats.size() + " passed" + (slow > 0 ? ", slow " + slow : "")));
        });
    return text.toString();
  }

  /** What happened in one repeat, and what was wrong. */
  public static String details(RunResult run) {
    StringBuilder text = new StringBuilder();
    run.events()
        .forEach(
            event ->
                text.append(
                    String.format(
                        Locale.ROOT, "    %7.2f s  %s%n", event.atNanos() / 1e9, event.text())));
    if (!run.failed().isEmpty()) {
      text.append("    failed: ").append(run.failed()).append('\n');
    }
    run.excused()
        .forEach(
            (reason, count) ->
                text.append("    excused: ").append(count).append(' ').append(reason).append('\n'));
    if (run.again() > 0) {
      text.append("    sent again by their clients: ").append(run.again()).append('\n');
    }
    run.objections()
        .forEach(objection -> text.append("    wrong: ").append(objection).append('\n'));
    return text.toString();
  }

  private static String row(String scenario, String run, List<RunResult> runs, String verdict) {
    Duration longest =
        runs.stream().map(RunResult::longestWait).max(Comparator.naturalOrder()).orElseThrow();
    Duration atRest =
        runs.stream().map(RunResult::p99AtRest).max(Comparator.naturalOrder()).orElseThrow();
    Duration stall =
        runs.stream().map(RunResult::stall).max(Comparator.naturalOrder()).orElseThrow();
    Optional<Duration> strength =
        runs.stream().flatMap(one -> one.toFullStrength().stream()).max(Comparator.naturalOrder());
    return String.format(
        Locale.ROOT,
        ROW,
        scenario,
        run,
        runs.stream().mapToLong(RunResult::sent).sum(),
        runs.stream().mapToLong(RunResult::ok).sum(),
        runs.stream().mapToLong(RunResult::failedCount).sum(),
        runs.stream().mapToLong(RunResult::excusedCount).sum(),
        RunResult.time(atRest),
        RunResult.time(longest),
        RunResult.time(stall),
        strength.map(RunResult::time).orElse("-"),
        verdict);
  }
}
