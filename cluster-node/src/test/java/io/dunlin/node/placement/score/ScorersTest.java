package io.dunlin.node.placement.score;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.Clusters.nodes;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.NodeSnapshot;
import io.dunlin.node.placement.PlacementScorer;
import io.dunlin.node.placement.Score;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScorersTest {
  private static final List<NodeSnapshot> ZONES =
      nodes(cpu("a", 100).zone("x"), cpu("b", 100).zone("x"), cpu("c", 100).zone("y"));

  private record Row(String title, PlacementScorer scorer, Candidate candidate, double value) {
    @Override
    public String toString() {
      return scorer.name() + ": " + title;
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachWishHasItsNumber(Row row) {
    assertThat(row.scorer().value(row.candidate())).isCloseTo(row.value(), within(1e-9));
  }

  static Stream<Row> rows() {
    return Stream.of(spreadRows(), memoryRows(), otherRows()).flatMap(rows -> rows);
  }

  private static Stream<Row> spreadRows() {
    SpreadScorer spread = new SpreadScorer();
    return Stream.of(
        new Row("the first replica", spread, candidate(model("m"), ZONES, "a"), 1),
        new Row(
            "the other zone", spread, candidate(model("m"), ZONES, "c", ready("m/1/0", "a", 0)), 1),
        new Row(
            "the same zone",
            spread,
            candidate(model("m"), ZONES, "b", ready("m/1/0", "a", 0)),
            0.5),
        new Row(
            "the same node",
            spread,
            candidate(model("m"), ZONES, "a", ready("m/1/0", "a", 0)),
            0.25),
        new Row(
            "half of the replicas in the zone",
            spread,
            candidate(model("m"), ZONES, "b", ready("m/1/0", "a", 0), ready("m/1/1", "c", 0)),
            0.75));
  }

  private static Stream<Row> memoryRows() {
    FitScorer fit = new FitScorer();
    BalanceScorer balance = new BalanceScorer();
    List<NodeSnapshot> sizes = nodes(gpu("a", 100).reserved(40), gpu("b", 200), cpu("c", 900));
    return Stream.of(
        new Row("filled to the brim", fit, candidate(model("m").bytes(60), sizes, "a"), 1),
        new Row(
            "a tenth of the largest left", fit, candidate(model("m").bytes(40), sizes, "a"), 0.9),
        new Row("the largest stays empty", fit, candidate(model("m"), sizes, "b"), 0),
        new Row("each device kind for itself", fit, candidate(model("m"), sizes, "c"), 0),
        new Row("an empty node", balance, candidate(model("m"), sizes, "b"), 1),
        new Row("half of it filled", balance, candidate(model("m").bytes(100), sizes, "b"), 0.75),
        new Row(
            "one replica there",
            balance,
            candidate(model("m"), sizes, "b", ready("m/1/0", "b", 0)),
            0.75));
  }

  private static Stream<Row> otherRows() {
    ArtifactScorer artifact = new ArtifactScorer();
    LoadScorer load = new LoadScorer();
    DevicePreferenceScorer device = new DevicePreferenceScorer();
    return Stream.of(
        new Row("on disk", artifact, candidate(model("m"), cpu("a", 1).has("m", 1)), 1),
        new Row(
            "another version on disk", artifact, candidate(model("m"), cpu("a", 1).has("m", 2)), 0),
        new Row("idle", load, candidate(model("m"), cpu("a", 1)), 1),
        new Row("busy", load, candidate(model("m"), cpu("a", 1).load(0.75)), 0.25),
        new Row("any on a cpu", device, candidate(model("m").bytes(9), cpu("a", 10)), 0.5),
        new Row("any on an empty gpu", device, candidate(model("m"), gpu("a", 10)), 1),
        new Row("any filling a gpu", device, candidate(model("m").bytes(8), gpu("a", 10)), 0.2),
        new Row(
            "gpu on a gpu", device, candidate(model("m").on(DeviceKind.GPU), gpu("a", 10)), 0.5));
  }

  @Test
  void weightsOfASetSumToOne() {
    for (ScoreWeights w : List.of(ScoreWeights.BALANCED, ScoreWeights.PACKED)) {
      assertThat(w.spread() + w.fit() + w.balance() + w.artifact() + w.load() + w.device())
          .isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void theFastTotalIsTheSumOfTheParts() {
    Candidate candidate =
        candidate(
            model("m").bytes(30),
            nodes(gpu("a", 100).zone("x").load(0.3).has("m", 1).reserved(20), gpu("b", 300)),
            "a",
            ready("m/1/0", "b", 10));
    for (ScoreWeights weights : List.of(ScoreWeights.BALANCED, ScoreWeights.PACKED)) {
      Scorers scorers = new Scorers(weights);
      assertThat(scorers.score(candidate).total())
          .isCloseTo(scorers.total(candidate), within(1e-12));
    }
  }

  @Test
  void aScoreIsWrittenAsASum() {
    Score score =
        new Score(
            List.of(
                new Score.Part("spread", 0.4),
                new Score.Part("fit", 0.31),
                new Score.Part("load", 0.004),
                new Score.Part("artifact", 0.1)));

    assertThat(score).hasToString("0.81 = spread 0.40 + fit 0.31 + artifact 0.10");
    assertThat(new Score(List.of())).hasToString("0.00 = nothing");
  }
}
