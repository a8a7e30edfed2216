package io.dunlin.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random clusters, random traffic, random faults; one seed is one history. To replay one: {@code
 * new FailoverSimulation(seed).run()}, with a breakpoint or its {@code log}.
 */
class FailoverSimulationTest {
  private static final int SEEDS = Integer.getInteger("dunlin.simulation.seeds", 300);

  @Test
  void everyRequestIsAnsweredExactlyOnceAndInTimeWhateverFails() {
    for (int seed = 0; seed < SEEDS; seed++) {
      FailoverSimulation simulation = new FailoverSimulation(seed);
      simulation.run();
      assertThat(simulation.violations())
          .as("replay with new FailoverSimulation(%s).run()", seed)
          .isEmpty();
    }
  }

  @Test
  void theSameSeedIsTheSameHistory() {
    FailoverSimulation one = new FailoverSimulation(42);
    FailoverSimulation other = new FailoverSimulation(42);
    one.run();
    other.run();
    assertThat(one.log()).isEqualTo(other.log()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void theDeathOfOneOfThreeNodesFailsNothing(int seed) {
    FailoverSimulation simulation = FailoverSimulation.killingOneOfThree(seed);
    simulation.run();
    assertThat(simulation.violations()).isEmpty();
    assertThat(simulation.failed()).as("of %s requests", simulation.answered()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aPausedNodeDelaysByNoMoreThanTheAttemptsTime(int seed) {
    FailoverSimulation simulation = FailoverSimulation.pausingOneOfThree(seed);
    simulation.run();
    assertThat(simulation.violations()).isEmpty();
    assertThat(simulation.failed()).as("of %s requests", simulation.answered()).isZero();
    assertThat(simulation.longestNanos()).isLessThan(1_200_000_000L);
  }
}
