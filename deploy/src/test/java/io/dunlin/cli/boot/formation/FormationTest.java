package io.dunlin.cli.boot.formation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.cli.boot.formation.Formation.Decision;
import io.dunlin.shared.protocol.FormationProtocol.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Who begins a cluster, who joins it, and what is said while neither can be. */
class FormationTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String A = "10.0.0.1:17355";
  private static final String B = "10.0.0.2:17355";
  private static final String C = "10.0.0.3:17355";
  private static final String D = "10.0.0.4:17355";

  private static Standing outside(String address, String supports) {
    return new Standing(address, 1, "dunlin", 1, supports, List.of());
  }

  private static Standing inside(String address, String... members) {
    return new Standing(address, 1, "dunlin", 1, "", List.of(members));
  }

  private static Formation of(String self, String... seeds) {
    return new Formation(outside(self, ""), List.of(seeds), 0);
  }

  @Test
  void withoutSeedsItBeginsAtOnce() {
    assertThat(of(A).decide(0)).isEqualTo(new Decision.Begin());
  }

  @Test
  void theOnlySeedListensForAWhileBeforeItBegins() {
    Formation formation = of(A, A);
    assertThat(formation.decide(4 * SECOND)).isEqualTo(new Decision.Wait());
    assertThat(formation.waitsFor(4 * SECOND, Map.of())).contains("listening");
    assertThat(formation.decide(5 * SECOND)).isEqualTo(new Decision.Begin());
  }

  @Test
  void theOnlySeedJoinsARunningClusterThatCalls() {
    Formation formation = of(A, A);
    formation.heard(inside(B, "10.0.0.2:17355#7"), 3 * SECOND);
    assertThat(formation.decide(3 * SECOND)).isEqualTo(new Decision.Join(List.of(B)));
  }

  @Test
  void aSeedBeginsWhenMoreThanHalfOfTheSeedsSupportIt() {
    Formation formation = of(A, A, B, C);
    assertThat(formation.decide(0)).isEqualTo(new Decision.Wait());
    formation.heard(outside(B, B), SECOND);
    assertThat(formation.decide(SECOND)).isEqualTo(new Decision.Wait());
    formation.heard(outside(B, A), SECOND);
    assertThat(formation.decide(SECOND)).isEqualTo(new Decision.Begin());
  }

  @Test
  void halfOfTheSeedsAreNotEnough() {
    Formation two = of(A, A, B);
    assertThat(two.decide(100 * SECOND)).isEqualTo(new Decision.Wait());
    Formation four = of(A, A, B, C, D);
    four.heard(outside(B, A), 0);
    assertThat(four.decide(0)).isEqualTo(new Decision.Wait());
    four.heard(outside(C, A), 0);
    assertThat(four.decide(0)).isEqualTo(new Decision.Begin());
  }

  @Test
  void supportThatWasHeardLongAgoDoesNotCount() {
    Formation formation = of(A, A, B, C);
    formation.heard(outside(B, A), 0);
    assertThat(formation.decide(4 * SECOND)).isEqualTo(new Decision.Wait());
  }

  @Test
  void theFirstSeedThatIsThereIsSupported() {
    Formation formation = of(C, A, B, C);
    assertThat(formation.supports(0)).isEqualTo(C);
    formation.heard(outside(B, B), 0);
    assertThat(formation.supports(0)).isEqualTo(B);
  }

  @Test
  void whoSupportsAnotherStandsByItWhileItAsks() {
    Formation formation = of(C, A, B, C);
    formation.heard(outside(B, B), 0);
    assertThat(formation.supports(0)).isEqualTo(B);
    formation.heard(outside(A, A), SECOND);
    assertThat(formation.supports(SECOND)).isEqualTo(B);
    formation.heard(outside(B, A), 2 * SECOND);
    assertThat(formation.supports(2 * SECOND)).isEqualTo(A);
  }

  @Test
  void whoIsNotHeardAnyMoreIsNotSupportedAnyMore() {
    Formation formation = of(C, A, B, C);
    formation.heard(outside(B, B), 0);
    assertThat(formation.supports(0)).isEqualTo(B);
    assertThat(formation.supports(7 * SECOND)).isEqualTo(B);
    assertThat(formation.supports(8 * SECOND)).isEqualTo(C);
  }

  @Test
  void aProcessThatIsNoSeedNeverBegins() {
    Formation formation = of(D, A, B, C);
    for (String seed : List.of(A, B, C)) {
      formation.heard(outside(seed, D), 0);
    }
    assertThat(formation.decide(0)).isEqualTo(new Decision.Wait());
  }

  @Test
  void aRunningClusterIsJoinedWhateverTheSeedsOutsideSay() {
    Formation formation = of(A, A, B, C);
    formation.heard(outside(B, A), 0);
    formation.heard(inside(C, "10.0.0.3:17355#5"), 0);
    assertThat(formation.decide(0)).isEqualTo(new Decision.Join(List.of(C)));
  }

  @Test
  void aSeedOfAnotherClusterIsRefusedByItsName() {
    Formation formation = of(D, A, B);
    formation.heard(new Standing(B, 1, "blue", 1, "", List.of("x:1#2")), 0);
    assertThat(formation.decide(0))
        .isEqualTo(
            new Decision.Refuse(
                "the cluster at 10.0.0.2:17355 is another one: cluster name (--cluster-name) is"
                    + " 'dunlin' here and 'blue' there"));
    Formation newer = of(D, A);
    newer.heard(new Standing(A, 1, "dunlin", 2, "", List.of()), 0);
    assertThat(newer.decide(0))
        .isEqualTo(
            new Decision.Refuse(
                "the cluster at 10.0.0.1:17355 is another one: protocol version is 1 here and 2"
                    + " there"));
  }

  @Test
  void whatIsMissingIsSaid() {
    Formation seed = of(A, A, B, C);
    assertThat(seed.waitsFor(0, Map.of(B, "nothing listens there")))
        .isEqualTo(
            "no seed is in a cluster yet, and one is begun when 2 of the 3 seeds are there; no"
                + " answer from 10.0.0.2:17355 (nothing listens there), 10.0.0.3:17355");
    assertThat(of(D, A).waitsFor(0, Map.of(A, "the host does not answer")))
        .isEqualTo("no answer from 10.0.0.1:17355 (the host does not answer)");
  }

  /** Processes that start at random, lose half of their messages, and end and start again. */
  @Test
  void whateverIsLostAndWhoeverRestartsOneClusterArises() {
    for (long seed = 1; seed <= 300; seed++) {
      new Simulation(seed, 3 + (int) (seed % 3)).run();
    }
  }

  /**
   * Time in steps of half a second; a message arrives within the step or never. As with Pekko's
   * {@code min-nr-of-members}, members of a cluster that a majority has not joined are not up, and
   * give up after 30 s. Processes that are up stay.
   */
  private static final class Simulation {
    private final long seed;
    private final RandomGenerator random;
    private final List<String> seeds = new ArrayList<>();
    private final Map<String, Formation> waiting = new HashMap<>();
    private final Map<String, Long> clusterOf = new HashMap<>();
    private final Map<Long, Integer> begunAt = new HashMap<>();
    private final Set<Long> up = new HashSet<>();

    Simulation(long seed, int processes) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      for (int i = 1; i <= processes; i++) {
        seeds.add("10.0.0." + i + ":1");
      }
    }

    void run() {
      for (int step = 0; step < 600 && !allUp(); step++) {
        long now = step * SECOND / 2;
        for (String self : seeds) {
          startOrKill(self, now);
        }
        for (String from : seeds) {
          tellOthers(from, now);
          decide(from, now, step);
        }
        giveUp(step);
      }
      assertThat(up).as("clusters that were up, with seed %d", seed).hasSize(1);
      assertThat(clusterOf.values()).as("members, with seed %d", seed).hasSameSizeAs(seeds);
    }

    private void startOrKill(String self, long now) {
      boolean gone = !waiting.containsKey(self) && !clusterOf.containsKey(self);
      if (gone && random.nextInt(6) == 0) {
        waiting.put(self, new Formation(outside(self, ""), seeds, now));
      } else if (waiting.containsKey(self) && random.nextInt(40) == 0) {
        waiting.remove(self);
      }
    }

    private void tellOthers(String from, long now) {
      Long cluster = clusterOf.get(from);
      Formation formation = waiting.get(from);
      if (cluster == null && formation == null) {
        return;
      }
      Standing standing =
          formation == null ? inside(from, "x#" + cluster) : outside(from, formation.supports(now));
      for (String to : seeds) {
        if (!from.equals(to) && waiting.containsKey(to) && random.nextBoolean()) {
          waiting.get(to).heard(standing, now);
        }
      }
    }

    private void decide(String self, long now, int step) {
      Formation formation = waiting.get(self);
      Decision decision = formation == null ? new Decision.Wait() : formation.decide(now);
      Long cluster = null;
      if (decision instanceof Decision.Begin) {
        cluster = begunAt.size() + 1L;
        begunAt.put(cluster, step);
      } else if (decision instanceof Decision.Join join) {
        cluster = clusterOf.get(join.inside().getFirst());
      }
      if (cluster != null) {
        waiting.remove(self);
        clusterOf.put(self, cluster);
        if (members(cluster) >= Formation.majority(seeds.size())) {
          up.add(cluster);
        }
      }
    }

    private void giveUp(int step) {
      clusterOf
          .values()
          .removeIf(
              cluster -> !up.contains(cluster) && step - begunAt.getOrDefault(cluster, step) > 60);
    }

    private boolean allUp() {
      return clusterOf.size() == seeds.size() && up.containsAll(clusterOf.values());
    }

    private long members(long cluster) {
      return clusterOf.values().stream().filter(of -> of == cluster).count();
    }
  }
}
