package io.dunlin.gateway.routing.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaSelectorTest {
  private static final long NOW = 1_000;
  private static final double UNKNOWN = 7;

  private record Node(ReplicaLoad load, boolean isLocal) implements ReplicaSelector.Candidate {}

  private static Node remote(long averageNanos, int inFlight) {
    return new Node(load(averageNanos, inFlight), false);
  }

  private static Node local(long averageNanos, int inFlight) {
    return new Node(load(averageNanos, inFlight), true);
  }

  private static ReplicaLoad load(long averageNanos, int inFlight) {
    ReplicaLoad load = new ReplicaLoad();
    load.started();
    load.answered(averageNanos, NOW);
    for (int i = 0; i < inFlight; i++) {
      load.started();
    }
    return load;
  }

  private static ReplicaSelector seeded(int seed) {
    return new ReplicaSelector(new SplittableRandom(seed));
  }

  @Test
  void theCheaperOfTwoWinsWhicheverIsDrawnFirst() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(seeded(seed).select(List.of(remote(100, 1), remote(10, 1)), 0b11, NOW))
          .isEqualTo(1);
    }
  }

  @Test
  void theWorstOfManyIsNeverChosen() {
    List<Node> nodes = List.of(remote(10, 0), remote(10, 3), remote(10, 50), remote(10, 2));
    ReplicaSelector selector = seeded(7);
    for (int i = 0; i < 1_000; i++) {
      assertThat(selector.select(nodes, 0b1111, NOW)).isNotEqualTo(2);
    }
  }

  @Test
  void onlyCandidatesAreChosen() {
    List<Node> nodes = IntStream.range(0, 64).mapToObj(i -> remote(10, 0)).toList();
    ReplicaSelector selector = seeded(3);
    long candidates = 1L << 63 | 1L << 17 | 1;
    for (int i = 0; i < 300; i++) {
      assertThat(candidates >>> selector.select(nodes, candidates, NOW) & 1).isEqualTo(1);
    }
    assertThat(selector.select(nodes, 1L << 63, NOW)).isEqualTo(63);
  }

  @Test
  void theLocalOneIsTakenWhenItIsNotWorseThanADrawnOne() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(
              seeded(seed).select(List.of(remote(10, 1), local(10, 1), remote(10, 1)), 0b111, NOW))
          .isEqualTo(1);
      assertThat(
              seeded(seed).select(List.of(remote(10, 1), local(10, 2), remote(10, 1)), 0b111, NOW))
          .isNotEqualTo(1);
    }
  }

  @Test
  void costGrowsWithWhatIsInFlight() {
    assertThat(load(10, 0).cost(NOW, UNKNOWN)).isEqualTo(10);
    assertThat(load(10, 3).cost(NOW, UNKNOWN)).isEqualTo(40);
  }

  @Test
  void aNewReplicaIsTriedButDoesNotGetEverything() {
    List<Node> nodes = List.of(remote(1_000_000, 0), new Node(new ReplicaLoad(), false));
    ReplicaSelector selector = seeded(5);
    for (int i = 0; i < 10; i++) {
      nodes.get(selector.select(nodes, 0b11, NOW)).load().started();
    }
    assertThat(nodes.get(0).load().inFlight()).isEqualTo(5);
    assertThat(nodes.get(1).load().inFlight()).isEqualTo(5);
  }

  @Test
  void aReplicaOnceSlowIsTriedAgainAfterAWhile() {
    ReplicaLoad slow = load(1_000_000_000, 0);
    assertThat(slow.cost(NOW + 9_000_000_000L, UNKNOWN)).isEqualTo(1_000_000_000);
    assertThat(slow.cost(NOW + 11_000_000_000L, UNKNOWN)).isEqualTo(UNKNOWN);
  }

  @Test
  void aReplicaThatRefusesAtOnceDoesNotLookIdle() {
    Node full = remote(10, 0);
    full.load().started();
    full.load().refused(500, NOW);
    assertThat(full.load().cost(NOW, UNKNOWN)).isEqualTo(510);
    assertThat(full.load().cost(NOW + 600, UNKNOWN)).isEqualTo(10);
    assertThat(seeded(1).select(List.of(full, remote(10, 20)), 0b11, NOW)).isEqualTo(1);
  }

  @Test
  void loadSpreadsEvenlyOverEqualReplicas() {
    List<Node> equal = List.of(remote(10, 0), remote(10, 0), remote(10, 0), remote(10, 0));
    ReplicaSelector selector = seeded(1);
    for (int i = 0; i < 4_000; i++) {
      equal.get(selector.select(equal, 0b1111, NOW)).load().started();
    }
    assertThat(equal).allSatisfy(node -> assertThat(node.load().inFlight()).isBetween(980, 1_020));
  }
}
