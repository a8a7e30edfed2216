package io.dunlin.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random tenants, bursts and slowness; one seed is one history. To replay one: {@code new
 * AdmissionSimulation(seed).run()}; {@code -Ddunlin.admission.seeds=N} runs the first N.
 */
class AdmissionSimulationTest {
  private static final int SEEDS = Integer.getInteger("dunlin.admission.seeds", 10);

  @Test
  void whateverComesTheCountIsRightSharesAreKeptAndRetriesStayInTheirBudget() {
    for (long seed = 0; seed < SEEDS; seed++) {
      AdmissionSimulation simulation = new AdmissionSimulation(seed);
      simulation.run();
      assertThat(simulation.violations())
          .as("replay with new AdmissionSimulation(%s).run()", seed)
          .isEmpty();
    }
  }
}
