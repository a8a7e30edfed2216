package io.dunlin.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelSplitTest {
  private static final Alias SPLIT = new Alias(Map.of(1L, 90, 2L, 10), Map.of(), Map.of(), 7);

  private static ServedVersion version(long number, int ready) {
    return new ServedVersion(
        number,
        true,
        ready > 0 ? ReplicaState.READY : ReplicaState.FAILED,
        ready,
        "",
        ready > 0 ? Reports.description("m", number) : null,
        Duration.ofSeconds(1));
  }

  private static ServedModel model(int readyOfTwo) {
    return new ServedModel(
        "m",
        List.of(version(2, readyOfTwo), version(1, 1)),
        Map.of("canary", SPLIT, "next", new Alias(Map.of(), Map.of(), Map.of(2L, 100), 0)));
  }

  private static Map<Long, Integer> drawn(ServedModel model, int requests) {
    LabelDraws draws = new LabelDraws(42);
    Map<Long, Integer> counts = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      long version = model.behind("canary", draws.getAsInt()).orElseThrow().version();
      counts.merge(version, 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void requestsAreSplitByWeight() {
    int ofTwo = drawn(model(1), 100_000).getOrDefault(2L, 0);
    // 10 % of 100 000 with a standard deviation of 95
    assertThat(ofTwo).isBetween(9_500, 10_500);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    LabelDraws one = new LabelDraws(5);
    LabelDraws other = new LabelDraws(5);
    for (int i = 0; i < 100; i++) {
      assertThat(one.getAsInt()).isEqualTo(other.getAsInt());
    }
  }

  @Test
  void aVersionThatLostEveryReplicaIsPassedOver() {
    assertThat(drawn(model(0), 1_000)).isEqualTo(Map.of(1L, 1_000));
  }

  @Test
  void theEpochComesWithTheVersion() {
    assertThat(model(1).behind("canary", 0).orElseThrow().epoch()).isEqualTo(7);
  }

  @Test
  void aLabelWithNothingActiveIsUnknown() {
    assertThat(model(1).behind("next", 0)).isEmpty();
    assertThat(model(1).allBehind("next")).isEmpty();
    assertThat(model(1).behind("none", 0)).isEmpty();
  }

  @Test
  void theMainVersionIsTheHeaviestThatCanAnswer() {
    assertThat(model(1).mainBehind("canary")).contains(1L);
    assertThat(model(1).allBehind("canary")).containsExactly(1L, 2L);
  }
}
