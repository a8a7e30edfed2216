package io.dunlin.loadtest.fault.report;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One repeat of one scenario.
 *
 * @param repeat from 1
 * @param startedAt the run's instant 0 by the clock on the wall
 * @param again requests that were sent more than once, by clients that try again
 * @param failures the first of the requests that failed and may not
 * @param failed how many there are, by kind
 * @param excused how many failed that may, by the reason why they may
 * @param p99AtRest of the waits before the fault
 * @param longestWait of right answers from the fault on
 * @param stall how long the callers themselves stood still, for want of processor time: waits up to
 *     that are the machine's
 * @param waitGoal the longest wait promised
 * @param toFullStrength from the fault on; empty when it was not reached
 * @param objections what else was wrong
 */
public record RunResult(
    String scenario,
    int repeat,
    Instant startedAt,
    long sent,
    long again,
    List<Ended> failures,
    Map<Verdict, Long> failed,
    Map<String, Long> excused,
    Duration p99AtRest,
    Duration longestWait,
    Duration stall,
    Optional<Duration> waitGoal,
    Optional<Duration> toFullStrength,
    List<String> objections,
    List<Stage.Event> events,
    Timeline timeline) {

  /** Enough of them to find a cause. */
  static final int MAX_FAILURES = 200;

  /** What the requests of a run come to. */
  public static RunResult of(
      String scenario,
      int repeat,
      Instant startedAt,
      Optional<Duration> waitGoal,
      Stage stage,
      Duration stall,
      List<Ended> all) {
    List<Ended> failures = new ArrayList<>();
    Map<Verdict, Long> failed = new EnumMap<>(Verdict.class);
    Map<String, Long> excused = new TreeMap<>();
    for (Ended request : all) {
      if (!request.verdict().isRight()) {
        Optional<String> excuse = stage.excuse(request);
        if (excuse.isPresent()) {
          excused.merge(excuse.get(), 1L, Long::sum);
        } else {
          failures.add(request);
          failed.merge(request.verdict(), 1L, Long::sum);
        }
      }
    }
    failures.sort(Comparator.comparingLong(Ended::number));
    long fault = stage.faultNanos();
    long[] atRest =
        all.stream()
            .filter(request -> request.endNanos() < fault)
            .mapToLong(Ended::waitNanos)
            .sorted()
            .toArray();
    long longest =
        all.stream()
            .filter(request -> request.verdict().isRight() && request.endNanos() >= fault)
            .mapToLong(Ended::waitNanos)
            .max()
            .orElse(0);
    List<String> objections = stage.objections(all);
    return new RunResult(
        scenario,
        repeat,
        startedAt,
        all.size(),
        all.stream().filter(request -> request.attempts() > 1).count(),
        List.copyOf(failures.subList(0, Math.min(failures.size(), MAX_FAILURES))),
        failed,
        excused,
        Duration.ofNanos(atRest.length == 0 ? 0 : atRest[(int) (0.99 * (atRest.length - 1))]),
        Duration.ofNanos(longest),
        stall,
        waitGoal,
        stage.timeToFullStrength(),
        objections,
        stage.events(),
        Timeline.of(all));
  }

  /** A repeat without a result: the cluster did not come up, or the suite itself failed. */
  public static RunResult brokenOff(String scenario, int repeat, String cause) {
    return new RunResult(
        scenario,
        repeat,
        Instant.EPOCH,
        0,
        0,
        List.of(),
        Map.of(),
        Map.of(),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Optional.empty(),
        Optional.empty(),
        List.of("broke off: " + cause),
        List.of(),
        new Timeline(List.of()));
  }

  public long ok() {
    return sent - failedCount() - excusedCount();
  }

  public long failedCount() {
    return failed.values().stream().mapToLong(Long::longValue).sum();
  }

  public long excusedCount() {
    return excused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether no request failed that may not, and nothing else was wrong. */
  public boolean passed() {
    return failed.isEmpty() && objections.isEmpty();
  }

  /** Whether somebody waited longer than is promised. */
  public boolean isSlow() {
    return waitGoal.isPresent() && longestWait.compareTo(waitGoal.get()) > 0;
  }

  /** Milliseconds, or seconds from 10 s on. */
  static String time(Duration time) {
    return time.toMillis() < 10_000
        ? time.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
