package io.dunlin.node.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VersionSelectionTest {
  private static final SortedSet<Long> AVAILABLE = new TreeSet<>(List.of(1L, 3L, 20L, 100L));

  @Test
  void latestTakesTheHighestNumbers() {
    assertThat(select(new VersionPolicy.Latest(1))).containsExactly(100L);
    assertThat(select(new VersionPolicy.Latest(2))).containsExactly(20L, 100L);
    assertThat(select(new VersionPolicy.Latest(9))).containsExactly(1L, 3L, 20L, 100L);
    assertThat(select(new VersionPolicy.Latest(0))).isEmpty();
  }

  @Test
  void allTakesEveryOne() {
    assertThat(select(new VersionPolicy.All())).containsExactly(1L, 3L, 20L, 100L);
  }

  @Test
  void specificTakesThoseNamedThatAreThereAndTellsTheOthers() {
    VersionPolicy policy = new VersionPolicy.Specific(List.of(20L, 7L, 1L, 7L));
    assertThat(select(policy)).containsExactly(1L, 20L);
    assertThat(VersionSelection.missing(policy, AVAILABLE)).containsExactly(7L);
  }

  @Test
  void onlyASpecificPolicyCanMissAVersion() {
    assertThat(VersionSelection.missing(new VersionPolicy.Latest(9), AVAILABLE)).isEmpty();
    assertThat(VersionSelection.missing(new VersionPolicy.All(), new TreeSet<>())).isEmpty();
  }

  @Test
  void nothingComesOfNothing() {
    assertThat(VersionSelection.select(new VersionPolicy.Latest(1), new TreeSet<>())).isEmpty();
  }

  private static List<Long> select(VersionPolicy policy) {
    return VersionSelection.select(policy, AVAILABLE);
  }
}
