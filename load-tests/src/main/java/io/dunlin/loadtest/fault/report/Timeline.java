package io.dunlin.loadtest.fault.report;

import io.dunlin.loadtest.fault.oracle.Ended;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * A run in steps of 100 ms, by when requests were due.
 *
 * @param steps from the first to the last
 */
public record Timeline(List<Step> steps) {
  public static final int STEP_MILLIS = 100;

  /**
   * The requests due in one step.
   *
   * @param ok answered right
   * @param failed all others
   * @param medianMillis of the waits
   * @param maxMillis of the waits
   */
  public record Step(int ok, int failed, double medianMillis, double maxMillis) {}

  static Timeline of(List<Ended> all) {
    TreeMap<Integer, List<Ended>> byStep = new TreeMap<>();
    for (Ended request : all) {
      int step = (int) (request.dueNanos() / (STEP_MILLIS * 1_000_000L));
      byStep.computeIfAbsent(step, key -> new ArrayList<>()).add(request);
    }
    List<Step> steps = new ArrayList<>();
    int last = byStep.isEmpty() ? -1 : byStep.lastKey();
    for (int i = 0; i <= last; i++) {
      steps.add(step(byStep.getOrDefault(i, List.of())));
    }
    return new Timeline(List.copyOf(steps));
  }

  private static Step step(List<Ended> requests) {
    if (requests.isEmpty()) {
      return new Step(0, 0, 0, 0);
    }
    int ok = (int) requests.stream().filter(request -> request.verdict().isRight()).count();
    double[] waits = requests.stream().mapToDouble(request -> request.waitNanos() / 1e6).toArray();
    Arrays.sort(waits);
    return new Step(ok, requests.size() - ok, waits[waits.length / 2], waits[waits.length - 1]);
  }
}
