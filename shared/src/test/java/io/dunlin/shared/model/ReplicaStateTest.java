package io.dunlin.shared.model;

import static io.dunlin.shared.model.ReplicaState.DRAINING;
import static io.dunlin.shared.model.ReplicaState.FAILED;
import static io.dunlin.shared.model.ReplicaState.LOADING;
import static io.dunlin.shared.model.ReplicaState.PENDING;
import static io.dunlin.shared.model.ReplicaState.READY;
import static io.dunlin.shared.model.ReplicaState.UNLOADED;
import static io.dunlin.shared.model.ReplicaState.UNLOADING;
import static io.dunlin.shared.model.ReplicaState.WARMING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicaStateTest {
  private static final Map<ReplicaState, Set<ReplicaState>> LEGAL =
      Map.of(
          PENDING, Set.of(LOADING, UNLOADED),
          LOADING, Set.of(WARMING, FAILED, UNLOADING),
          WARMING, Set.of(READY, FAILED, UNLOADING),
          READY, Set.of(DRAINING, FAILED),
          DRAINING, Set.of(UNLOADING),
          UNLOADING, Set.of(UNLOADED),
          FAILED, Set.of(UNLOADED, PENDING),
          UNLOADED, Set.of());

  @Test
  void everyLegalEdgeIsAllowedAndEveryOtherForbidden() {
    for (ReplicaState from : ReplicaState.values()) {
      for (ReplicaState to : ReplicaState.values()) {
        assertThat(from.canBecome(to))
            .as("%s -> %s", from, to)
            .isEqualTo(LEGAL.getOrDefault(from, Set.of()).contains(to));
      }
    }
  }
}
