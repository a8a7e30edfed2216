package io.dunlin.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dunlin.loadtest.fault.cluster.FreePorts;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.fault.report.RunResult;
import io.dunlin.loadtest.fault.report.Traces;
import io.dunlin.loadtest.fault.scenario.Scenario;
import io.dunlin.loadtest.fault.scenario.Scenarios;
import io.dunlin.loadtest.fault.scenario.Setting;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short version of the fault suite: two nodes and a gateway, each a process of its own. */
class NodeLossTest {
  /** A machine that keeps the callers themselves from running says nothing about the servers. */
  private static final Duration MOST_STALL = Duration.ofMillis(700);

  @TempDir Path folder;

  @Test
  void noRequestFailsWhenANodeIsKilled() throws IOException {
    Scenario both = new InTurn("node-loss", List.of("kill-node"));
    Path home = Objects.requireNonNull(Path.of(System.getProperty("dunlin.examples")).getParent());
    FaultSettings settings =
        new FaultSettings(
            home,
            folder,
            List.of(both),
            1,
            40,
            Duration.ZERO,
            FreePorts.block(12),
            FaultSettings.flags(home, FaultSettings.SMALL_JVM));
    try (FaultRun run = FaultRun.start(both, settings)) {
      RunResult result = run.repeat();
      String trace = Traces.of(result, run.logs());
      assertThat(result.failed())
          .as(trace)
          .doesNotContainKeys(Verdict.WRONG, Verdict.MIXED, Verdict.MISNUMBERED);
      assumeThat(result.stall())
          .as("the machine is too busy to tell: %s", trace)
          .isLessThan(MOST_STALL);
      assertThat(result.failed()).as(trace).isEmpty();
      assertThat(result.sent()).isGreaterThan(100);
    }
  }

  /** Scenarios one after the other on one small cluster. */
  private record InTurn(String name, List<String> scenarios) implements Scenario {

    @Override
    public String says() {
      return String.join(", then ", scenarios);
    }

    @Override
    public Setting setting() {
      return new Setting(2, 1, false, 0);
    }

    @Override
    public void act(Stage stage) throws IOException {
      for (String scenario : scenarios) {
        Scenarios.named(scenario).orElseThrow().act(stage);
      }
    }
  }
}
