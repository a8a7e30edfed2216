package io.dunlin.loadtest.fault.report;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One repeat of one scenario.
 *
 * @param repeat from 1
 * @param startedAt the run's instant 0 by the clock on the wall
 * @param failures requests that failed and may not
 * @param excused requests that failed and may
 * @param failed the failures by kind
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
    List<Ended> failures,
    List<Ended> excused,
    Map<Verdict, Long> failed,
    Duration p99AtRest,
    Duration longestWait,
    Duration stall,
    Optional<Duration> waitGoal,
    Optional<Duration> toFullStrength,
    List<String> objections,
    List<Stage.Event> events,
    Timeline timeline) {

  /** What the requests of a run come to. */
  public static RunResult of(
      String scenario,
      int repeat,
      Instant startedAt,
      Optional<Duration> waitGoal,
      Stage stage,
      Duration stall,
      List<Ended> all) {
    Predicate<Ended> wrong = request -> !request.verdict().isRight();
    List<Ended> failures =
        all.stream()
            .filter(wrong.and(request -> !stage.isExcused(request)))
            .sorted(Comparator.comparingLong(Ended::number))
            .toList();
    List<Ended> excused = all.stream().filter(wrong.and(stage::isExcused)).toList();
    Map<Verdict, Long> failed = new EnumMap<>(Verdict.class);
    failures.forEach(request -> failed.merge(request.verdict(), 1L, Long::sum));
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
            .filter(request -> !stage.isExcused(request))
            .mapToLong(Ended::waitNanos)
            .max()
            .orElse(0);
    List<String> objections = stage.objections(all);
    return new RunResult(
        scenario,
        repeat,
        startedAt,
        all.size(),
        failures,
        excused,
        failed,
        Duration.ofNanos(atRest.length == 0 ? 0 : atRest[(int) (0.99 * (atRest.length - 1))]),
        Duration.ofNanos(longest),
        stall,
        waitGoal,
        stage.timeToFullStrength(),
        objections,
        stage.events(),
        Timeline.of(all));
  }

  public long ok() {
    return sent - failures.size() - excused.size();
  }

  /** Whether no request failed that may not, and nothing else was wrong. */
  public boolean passed() {
    return failures.isEmpty() && objections.isEmpty();
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
