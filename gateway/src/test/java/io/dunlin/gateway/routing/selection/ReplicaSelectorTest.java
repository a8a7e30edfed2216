package io.dunlin.gateway.routing.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplicaSelectorTest {
  private static ReplicaLoad load(long averageNanos, int inFlight) {
    ReplicaLoad load = new ReplicaLoad();
    load.started();
    load.answered(averageNanos);
    for (int i = 0; i < inFlight; i++) {
      load.started();
    }
    return load;
  }

  @Test
  void theCheaperOfTwoWinsWhicheverIsDrawnFirst() {
    Map<String, ReplicaLoad> loads = Map.of("fast", load(10, 1), "slow", load(100, 1));
    for (int seed = 0; seed < 20; seed++) {
      ReplicaSelector selector = new ReplicaSelector(new SplittableRandom(seed));
      assertThat(
              selector.select(List.of("slow", "fast"), key -> loads.getOrDefault(key, load(0, 0))))
          .isEqualTo("fast");
    }
  }

  @Test
  void theWorstOfManyIsNeverChosen() {
    Map<String, ReplicaLoad> loads =
        Map.of("a", load(10, 0), "b", load(10, 3), "c", load(10, 50), "d", load(10, 2));
    ReplicaSelector selector = new ReplicaSelector(new SplittableRandom(7));
    for (int i = 0; i < 1_000; i++) {
      assertThat(
              selector.select(
                  List.of("a", "b", "c", "d"), key -> loads.getOrDefault(key, load(0, 0))))
          .isNotEqualTo("c");
    }
  }

  @Test
  void costGrowsWithWhatIsInFlightAndANewReplicaIsTried() {
    assertThat(new ReplicaLoad().cost()).isZero();
    assertThat(load(10, 0).cost()).isEqualTo(10);
    assertThat(load(10, 3).cost()).isEqualTo(40);
  }

  @Test
  void loadSpreadsEvenlyOverEqualReplicas() {
    List<ReplicaLoad> equal = List.of(load(10, 0), load(10, 0), load(10, 0), load(10, 0));
    ReplicaSelector selector = new ReplicaSelector(new SplittableRandom(1));
    for (int i = 0; i < 4_000; i++) {
      selector.select(equal, load -> load).started();
    }
    assertThat(equal).allSatisfy(load -> assertThat(load.inFlight()).isBetween(980, 1_020));
  }
}
