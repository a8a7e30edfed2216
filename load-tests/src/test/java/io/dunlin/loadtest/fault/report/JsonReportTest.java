package io.dunlin.loadtest.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonReportTest {
  private static final long MILLI = 1_000_000;

  private static final RunResult RUN =
      new RunResult(
          "kill-node",
          7,
          Instant.parse("2026-11-23T10:15:30Z"),
          100,
          4,
          List.of(
              new Ended(
                  12, 40 * MILLI, 90 * MILLI, 1, 2, Verdict.BROKEN, 0, "half/1/0", "\"gone\"")),
          Map.of(Verdict.BROKEN, 3L, Verdict.WRONG, 1L),
          Map.of("while everything was down", 5L),
          Duration.ofMillis(9),
          Duration.ofMillis(800),
          Duration.ofMillis(20),
          Optional.of(Duration.ofSeconds(1)),
          Optional.empty(),
          List.of("node-1 ended with status 1 (expected: 0)"),
          List.of(new Stage.Event(4_000 * MILLI, "kill -9 node-1 <&>")),
          new Timeline(
              List.of(new Timeline.Step(9, 1, 2.5, 90), new Timeline.Step(10, 0, 1.2, 3.4))));

  @Test
  void aReportThatIsReadIsTheOneThatWasWritten() throws IOException {
    assertThat(JsonReport.read(JsonReport.of(List.of(RUN)))).containsExactly(RUN);
  }

  @Test
  void aRepeatThatBrokeOffIsAFailureInTheReport() throws IOException {
    List<RunResult> read =
        JsonReport.read(JsonReport.of(List.of(RunResult.brokenOff("kill-node", 1, "no cluster"))));
    assertThat(read).singleElement().matches(run -> !run.passed());
    assertThat(TextReport.summary(read)).contains("0/1 passed");
  }

  @Test
  void somethingElseIsRefused() {
    assertThatThrownBy(() -> JsonReport.read("[{\"scenario\": \"x\"}]"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a report");
  }

  @Test
  void thePageHasAPictureOfEachRepeatAndOneOfAll() {
    String page = HtmlReport.of("a machine", List.of(RUN, RUN));
    assertThat(page.split("<svg", -1)).hasSize(1 + 1 + 2);
    assertThat(page).contains("4 failed", "kill -9 node-1 &lt;&amp;&gt;").doesNotContain("NaN");
    assertThat(HtmlReport.pictures(List.of(RUN, RUN))).containsOnlyKeys("kill-node");
    assertThat(HtmlReport.pictures(List.of(RUN))).isEmpty();
  }
}
