package io.dunlin.loadtest.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.benchmark.Ratio.Spread;
import io.dunlin.loadtest.generator.Outcome;
import io.dunlin.loadtest.jvm.JvmSample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> order = new ArrayList<>();

  @Test
  void roundsGoForwardsAndBackwardsAfterAWarmUpOfEach() throws Exception {
    Map<String, List<Figures>> figures =
        Rounds.run(
            settings(3), List.of(new Fixed("a", 1), new Fixed("b", 1)), new ArrayList<>()::add);
    assertThat(order).containsExactly("a", "b", "a", "b", "b", "a", "a", "b");
    assertThat(figures.get("a")).hasSize(3);
    assertThat(figures.get("b")).hasSize(3);
  }

  @Test
  void aRatioIsTakenWithinEachRound() {
    // The machine is twice as slow in the second round; the ratio does not move.
    Map<String, List<Figures>> rounds =
        Map.of(
            "a", List.of(figures(800), figures(400), figures(900)),
            "b", List.of(figures(1000), figures(500), figures(1000)));
    Spread spread = new Ratio("r", "a", "b", Measure.REQUESTS_PER_SECOND, "").over(rounds);
    assertThat(spread.median()).isCloseTo(0.8, within(1e-9));
    assertThat(spread.least()).isCloseTo(0.8, within(1e-9));
    assertThat(spread.most()).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void aRatioWithoutRoundsIsNotANumber() {
    Ratio ratio = new Ratio("r", "a", "b", Measure.P99, "");
    assertThat(ratio.over(Map.of()).median()).isNaN();
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(2.5, 1, 4));
    assertThat(Spread.of(5)).isEqualTo(new Spread(5, 5, 5));
  }

  @Test
  void costsAreDividedByEveryRequestTheServerAnswered() {
    Figures figures = figures(1000);
    assertThat(figures.cpuMicrosPerRequest()).isCloseTo(50, within(1e-9));
    assertThat(figures.bytesPerRequest()).isCloseTo(2000, within(1e-9));
    assertThat(figures.serverCores()).isCloseTo(1.0 / 40, within(1e-9));
  }

  @Test
  void theReportShowsSubjectsRatiosAndGoals() {
    Map<String, List<Figures>> rounds =
        Map.of("dunlin", List.of(figures(900)), "echo", List.of(figures(1000)));
    List<Ratio> ratios =
        List.of(new Ratio("req/s", "dunlin", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.85"));
    Report report =
        new Report(
            Scenarios.named("fraud-json").orElseThrow(),
            settings(1),
            new Machine("cpu", 2, 23, "Linux", "25", "2026-01-01T00:00:00Z"),
            ratios,
            rounds);
    assertThat(report.text())
        .contains("fraud-json: What does")
        .contains("0.900  (0.900..0.900)   goal >= 0.85")
        .contains("50.0     2,000");
    ObjectNode json = report.json();
    assertThat(json.at("/ratios/0/median").doubleValue()).isEqualTo(0.9);
    assertThat(json.at("/subjects/0/notOk/REFUSED").longValue()).isEqualTo(3);
    assertThat(json.at("/machine/cores").intValue()).isEqualTo(2);
  }

  @Test
  void everyScenarioHasItsOwnNameAndAQuestion() {
    assertThat(Scenarios.ALL).extracting(Scenario::name).doesNotHaveDuplicates();
    assertThat(Scenarios.ALL).allSatisfy(s -> assertThat(s.question()).endsWith("?"));
  }

  @Test
  void theMachinesBusyTimeLeavesOutIdleAndWaiting() {
    assertThat(MachineCpu.parse("cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 2 3\n").getAsDouble())
        .isCloseTo(1.71, within(1e-9));
    assertThat(MachineCpu.parse("intr 1 2 3")).isEmpty();
    assertThat(MachineCpu.parse("")).isEmpty();
  }

  private static Figures figures(long ok) {
    Histogram nanos = new Histogram(3);
    nanos.recordValue(1_000_000);
    return new Figures(
        1,
        ok,
        Map.of(Outcome.REFUSED, 3L),
        nanos,
        2,
        new JvmSample(50_000_000, 2_000_000, 1, 2, 3),
        1000,
        0.25,
        OptionalDouble.empty(),
        List.of());
  }

  private static Settings settings(int rounds) {
    return new Settings(
        Path.of("."),
        Path.of("out"),
        rounds,
        Duration.ofSeconds(1),
        Duration.ZERO,
        Duration.ofSeconds(1),
        32,
        List.of(),
        Map.of());
  }

  /** Answers at once, always the same. */
  private final class Fixed implements Subject {
    private final String name;
    private final long ok;

    Fixed(String name, long ok) {
      this.name = name;
      this.ok = ok;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Figures round(Duration warmup, Duration length) {
      order.add(name);
      return figures(ok);
    }

    @Override
    public void record(Duration length, Path file) {
      throw new AssertionError("no recording was asked for");
    }
  }
}
