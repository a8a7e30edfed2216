package io.dunlin.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.control.ControlSimulation.Mode;
import org.junit.jupiter.api.Test;

/**
 * Random changes and faults; one seed is one history. To replay one: {@code new
 * ControlSimulation(seed, mode).run()} with a breakpoint or its {@code log}; {@code
 * -Ddunlin.control.seeds=N} runs the first N.
 */
class ControlSimulationTest {
  private static final int SEEDS = Integer.getInteger("dunlin.control.seeds", 20);

  @Test
  void plannedChangesNeverLeaveTheModelWithoutAReadyReplicaAndTheWishComesTrue() {
    play(Mode.PLANNED);
  }

  @Test
  void whateverMessagesAreLostAReplicaIsReadyAndTheWishComesTrueInTheEnd() {
    play(Mode.UNSURE);
  }

  @Test
  void whateverDiesTheWishComesTrueInTheEnd() {
    play(Mode.DEADLY);
  }

  @Test
  void theSameSeedIsTheSameHistory() {
    ControlSimulation one = new ControlSimulation(42, Mode.DEADLY);
    ControlSimulation other = new ControlSimulation(42, Mode.DEADLY);
    one.run();
    other.run();
    assertThat(one.log()).isEqualTo(other.log()).hasSizeGreaterThan(10);
  }

  private static void play(Mode mode) {
    for (long seed = 0; seed < SEEDS; seed++) {
      ControlSimulation simulation = new ControlSimulation(seed, mode);
      simulation.run();
      assertThat(simulation.violations())
          .as(
              "replay with new ControlSimulation(%d, Mode.%s).run(); %s",
              seed, mode, simulation.log())
          .isEmpty();
    }
  }
}
