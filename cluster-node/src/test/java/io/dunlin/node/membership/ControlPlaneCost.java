package io.dunlin.node.membership;

import io.dunlin.node.placement.PlanningCost;
import org.junit.jupiter.api.Test;

/**
 * What {@code load-tests/control-plane.sh} runs by name; no test by its own name, so that no build
 * does. It prints and judges nothing.
 */
class ControlPlaneCost {
  @Test
  void planning() {
    PlanningCost.main(new String[0]);
  }

  @Test
  void allocation() throws Exception {
    AllocationCost.main(
        System.getProperty("dunlin.allocation.replicas", "100 500 1000 2000").split(" "));
  }
}
