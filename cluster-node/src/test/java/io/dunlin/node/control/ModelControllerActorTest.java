package io.dunlin.node.control;

import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The controller's actor over real replicated tables, killed after each of its effects in turn: a
 * write, a command to a replica. What it does after that reaches nobody, as when its process dies;
 * the next incarnation has the tables and nothing else, and must end in the same place.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelControllerActorTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "controller-test",
          ConfigFactory.parseString(
                  """
                  pekko.loglevel = ERROR
                  pekko.actor.provider = cluster
                  pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  pekko.cluster.distributed-data.notify-subscribers-interval = 10ms
                  """)
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));

  private final AtomicInteger runs = new AtomicInteger();

  @BeforeAll
  void join() {
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(10),
            () -> {
              assertThat(cluster.selfMember().status().toString()).isEqualTo("Up");
              return true;
            });
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  /**
   * A model of two replicas is deployed on two nodes, a third joins, the source gets a second
   * version, settings change that only a load takes in, and a node is drained.
   *
   * @return the effects it took
   */
  private int run(int effectsOfTheFirst) {
    ControlledNodes nodes =
        new ControlledNodes(kit, "run" + runs.incrementAndGet(), effectsOfTheFirst);
    try {
      nodes.join("a");
      nodes.join("b");
      nodes.source("m", 1L);
      nodes.ask(reply -> new ControlProtocol.Deploy(spec("m", 2), null, reply));
      nodes.awaitEnd(Map.of("m/1", List.of("a", "b")));
      nodes.ask(reply -> new ControlProtocol.SetAlias("m", "stable", Map.of(1L, 1), null, reply));
      nodes.join("c");
      nodes.source("m", 1L, 2L);
      nodes.awaitReady("m/2", 2);
      nodes.ask(reply -> new ControlProtocol.Deploy(threads(spec("m", 2)), null, reply));
      nodes.awaitLoadedSince("m", 2);
      nodes.ask(reply -> new ControlProtocol.SetDraining("a", true, reply));
      nodes.awaitEnd(Map.of("m/1", List.of("b", "c"), "m/2", List.of("b", "c")));
      assertThat(nodes.aliases("m"))
          .containsEntry("stable", new Alias(Map.of(1L, 1), Map.of(), Map.of(), 1));
      return nodes.effects();
    } catch (AssertionError e) {
      throw new AssertionError(
          "the first died after " + effectsOfTheFirst + " effects:\n" + nodes.history(), e);
    } finally {
      nodes.stop();
    }
  }

  @Test
  void endsInTheSamePlaceAfterWhicheverEffectItDies() {
    int effects = run(Integer.MAX_VALUE);
    assertThat(effects).as("effects").isBetween(20, 200);
    // mostly waiting for each other's passes, so many at once
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> ended = new ArrayList<>();
      for (int death = 0; death < effects; death++) {
        int after = death;
        ended.add(threads.submit(() -> run(after)));
      }
      for (Future<Integer> end : ended) {
        assertThat(end).succeedsWithin(Duration.ofMinutes(2));
      }
    }
  }

  private static ModelSpec threads(ModelSpec spec) {
    return new ModelSpec(
        spec.name(),
        spec.source(),
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
        new ModelSpec.Threading(1, 2, false));
  }
}
