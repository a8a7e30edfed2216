package io.dunlin.node.control;

import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.model.ModelSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The controller may die between any two actions. Each scenario runs once undisturbed, once for
 * every action with a death right after it, and once with a death after every action; all must end
 * in the same place, and meanwhile no planned change may leave fewer replicas READY than there
 * were, or than are wanted.
 */
class ControllerRestartTest {
  /**
   * @param before brings the cluster to where it starts
   * @param change what is looked at
   * @param floor READY replicas of {@code m} there must always be during the change
   */
  private record Scenario(
      String name, Consumer<ModelledCluster> before, Consumer<ModelledCluster> change, long floor) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static void twoReplicasOnThreeNodes(ModelledCluster cluster) {
    cluster.node("a").node("b").node("c").source(spec("m", 2), 1L);
  }

  private static Scenario from(String name, Consumer<ModelledCluster> change, long floor) {
    return new Scenario(name, ControllerRestartTest::twoReplicasOnThreeNodes, change, floor);
  }

  static Stream<Scenario> scenarios() {
    return Stream.of(
        new Scenario(
            "deploy",
            cluster -> cluster.node("a").node("b"),
            cluster -> cluster.source(spec("m", 2), 1L),
            0),
        from("scale up", cluster -> cluster.deploy(spec("m", 3)), 2),
        from("scale down", cluster -> cluster.deploy(spec("m", 1)), 1),
        from("settings that change live", cluster -> cluster.deploy(batches(spec("m", 2))), 2),
        from("settings that only a load takes in", cluster -> cluster.deploy(threads(2)), 2),
        from(
            "another source",
            cluster -> {
              cluster.deploy(fromElsewhere());
              cluster.settle();
              cluster.source(fromElsewhere(), 1L);
            },
            2),
        new Scenario(
            "the same on the only node",
            cluster -> cluster.node("a").source(spec("m", 1), 1L),
            cluster -> cluster.deploy(threads(1)),
            1),
        from("new version", cluster -> cluster.source(spec("m", 2), 1L, 2L), 2),
        from(
            "failed version",
            cluster -> {
              cluster.breakVersion(2);
              cluster.source(spec("m", 2), 1L, 2L);
            },
            2),
        new Scenario(
            "alias switch",
            cluster -> {
              twoReplicasOnThreeNodes(cluster);
              cluster.source(spec("m", 2), 1L, 2L);
              cluster.alias("m", "stable", Map.of(1L, 1));
            },
            cluster -> cluster.alias("m", "stable", Map.of(1L, 1, 2L, 1)),
            2),
        from("node lost", cluster -> cluster.lose("a"), 1),
        from("drain", cluster -> cluster.drain("a", true), 2),
        new Scenario(
            "drain with one replica",
            cluster -> cluster.node("a").node("b").source(spec("m", 1), 1L),
            cluster -> {
              cluster.drain("a", true);
              cluster.drain("b", false);
            },
            1),
        new Scenario(
            "drain of the only node",
            cluster -> cluster.node("a").source(spec("m", 1), 1L),
            cluster -> cluster.drain("a", true),
            1),
        new Scenario(
            "node joins",
            cluster -> {
              cluster.node("a");
              for (String model : List.of("m", "n", "o", "p", "q", "r")) {
                cluster.source(spec(model, 1), 1L);
              }
            },
            cluster -> cluster.node("b"),
            1),
        from("undeploy", cluster -> cluster.undeploy("m"), 0));
  }

  private static ModelSpec batches(ModelSpec spec) {
    return changed(
        spec, new ModelSpec.Batching(true, 8, Duration.ofMillis(1), List.of()), spec.threading());
  }

  private static ModelSpec fromElsewhere() {
    ModelSpec spec = spec("m", 2);
    return new ModelSpec(
        spec.name(),
        "models/elsewhere",
        spec.versionPolicy(),
        spec.replicas(),
        spec.device(),
        spec.memoryBytes(),
        spec.batching(),
        spec.queue(),
        spec.timeout(),
        spec.warmup(),
        spec.placement(),
        spec.priority(),
        spec.threading());
  }

  private static ModelSpec threads(int replicas) {
    ModelSpec spec = spec("m", replicas);
    return changed(spec, spec.batching(), new ModelSpec.Threading(1, 2, false));
  }

  private static ModelSpec changed(
      ModelSpec spec, ModelSpec.Batching batching, ModelSpec.Threading threading) {
    return new ModelSpec(
        spec.name(),
        spec.source(),
        spec.versionPolicy(),
        spec.replicas(),
        spec.device(),
        spec.memoryBytes(),
        batching,
        spec.queue(),
        spec.timeout(),
        spec.warmup(),
        spec.placement(),
        spec.priority(),
        threading);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void endsInTheSamePlaceWhereverTheControllerDies(Scenario scenario) {
    ModelledCluster undisturbed = run(scenario, Set.of());
    int actions = undisturbed.actions();
    assertThat(actions).as("actions").isPositive();
    for (int death = 1; death <= actions; death++) {
      same(run(scenario, Set.of(death)), undisturbed, scenario + ", death after " + death);
    }
    Set<Integer> always = new HashSet<>(IntStream.rangeClosed(1, 10_000).boxed().toList());
    same(run(scenario, always), undisturbed, scenario + ", death after every action");
  }

  private static void same(ModelledCluster one, ModelledCluster other, String what) {
    assertThat(counts(one)).as(what).isEqualTo(counts(other));
    assertThat(one.assigned().size()).as(what).isEqualTo(other.assigned().size());
    assertThat(aliases(one)).as(what).isEqualTo(aliases(other));
  }

  /** How many replicas of each version are in which state. */
  private static Map<String, Integer> counts(ModelledCluster cluster) {
    Map<String, Integer> counts = new java.util.TreeMap<>();
    cluster
        .held()
        .forEach(
            (what, nodes) -> {
              assertThat(nodes).as("%s on nodes of their own", what).doesNotHaveDuplicates();
              counts.put(what, nodes.size());
            });
    return counts;
  }

  private static Map<String, Alias> aliases(ModelledCluster cluster) {
    return Objects.requireNonNull(cluster.catalog().get("m")).aliases();
  }

  private static ModelledCluster run(Scenario scenario, Set<Integer> deaths) {
    long[] floor = {0};
    ModelledCluster cluster =
        new ModelledCluster(
            deaths,
            now ->
                assertThat(now.ready("m")).as("READY replicas").isGreaterThanOrEqualTo(floor[0]));
    scenario.before().accept(cluster);
    cluster.settle();
    floor[0] = scenario.floor();
    scenario.change().accept(cluster);
    cluster.settle();
    assertThat(cluster.behind()).as("follow an older spec").isEmpty();
    return cluster;
  }
}
