package io.dunlin.loadtest.fault.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.loadtest.fault.driver.DriverPlan;
import io.dunlin.loadtest.fault.driver.NumberedDriver;
import io.dunlin.loadtest.fault.oracle.LyingServer.Lie;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The oracle can say no: callers ask a server that gives the right answer to four requests of five,
 * and to the fifth what its lie has it. An oracle that takes anything for right proves nothing.
 */
class OracleTest {
  private static final Duration DEADLINE = Duration.ofMillis(80);

  @ParameterizedTest
  @CsvSource({
    "VALUE, WRONG",
    "MIXED_ROWS, WRONG",
    "OTHER_VERSION, MIXED",
    "NO_VERSION, MIXED",
    "OTHER_ID, MISNUMBERED",
    "TWICE_AT_ONCE, TWICE",
    "EMPTY, WRONG",
    "HALF_AN_ANSWER, BROKEN",
    "NOTHING, BROKEN",
    "REFUSAL, REFUSED",
    "NOT_FOUND, FAILED",
    "LATE, LATE",
  })
  void everyLieIsFoundAndNothingElseIsBlamed(Lie lie, Verdict verdict) throws Exception {
    Duration deadline = lie == Lie.LATE ? DEADLINE : Duration.ofSeconds(10);
    List<Ended> all = ask(lie, deadline, false);
    for (Ended request : all) {
      if (request.number() % 5 == 3) {
        assertThat(request.verdict()).as("%s", request).isEqualTo(verdict);
      } else if (lie != Lie.LATE) { // beside it, a machine that is busy may be late for others too
        assertThat(request.verdict()).as("%s", request).isEqualTo(Verdict.RIGHT);
      }
    }
  }

  /** It may come when its connection carries the next request already, which then has it. */
  @Test
  void anAnswerThatComesOnceMoreLaterIsFound() throws Exception {
    assertThat(ask(Lie.TWICE_LATER, Duration.ofSeconds(10), false))
        .extracting(Ended::verdict)
        .containsAnyOf(Verdict.TWICE, Verdict.MISNUMBERED);
  }

  /** Whoever tries again until the answer pleases him would hide what is wrong. */
  @ParameterizedTest
  @CsvSource({"VALUE, WRONG", "OTHER_ID, MISNUMBERED", "TWICE_AT_ONCE, TWICE"})
  void aCallerThatTriesAgainDoesNotHideALie(Lie lie, Verdict verdict) throws Exception {
    assertThat(ask(lie, Duration.ofSeconds(10), true))
        .filteredOn(request -> request.number() % 5 == 3)
        .extracting(Ended::verdict)
        .containsOnly(verdict);
  }

  private static List<Ended> ask(Lie lie, Duration deadline, boolean tryAgain)
      throws IOException, InterruptedException {
    try (LyingServer server = new LyingServer(lie, 3)) {
      NumberedDriver driver =
          NumberedDriver.start(
              new DriverPlan(
                  List.of(server.address()),
                  new Questions(
                      List.of(new HalfPlus("half", HalfPlus.Protocol.TF_SERVING)), deadline),
                  200,
                  50,
                  tryAgain));
      boolean told = server.awaitLies();
      List<Ended> all = driver.stop();
      assertThat(told).as("enough lies were told").isTrue();
      assertThat(all).extracting(Ended::number).doesNotHaveDuplicates();
      return all;
    }
  }
}
