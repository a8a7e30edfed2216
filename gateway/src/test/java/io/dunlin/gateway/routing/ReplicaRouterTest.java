package io.dunlin.gateway.routing;

import static io.dunlin.gateway.routing.Reports.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.routing.health.HealthSettings;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of the replicas in the table is asked, by what is known of their nodes. */
class ReplicaRouterTest {
  private static final ModelVersionId VERSION = new ModelVersionId("m", 1);
  private static final long SECOND = 1_000_000_000L;

  private final RoutingTables tables = new RoutingTables();
  private final Set<String> down = new HashSet<>();
  private final Map<String, NodeAccess> accesses = new HashMap<>();
  private final ReplicaRouter router =
      new ReplicaRouter(
          tables,
          route -> accesses.computeIfAbsent(route.nodeId(), Access::new),
          new ReplicaSelector(new SplittableRandom(1)),
          HealthSettings.DEFAULT);

  private final class Access implements NodeAccess {
    private final String node;

    private Access(String node) {
      this.node = node;
    }

    @Override
    public InferenceEndpoint endpoint() {
      throw new UnsupportedOperationException("nothing is sent here");
    }

    @Override
    public boolean isUp() {
      return !down.contains(node);
    }

    @Override
    public boolean isLocal() {
      return false;
    }
  }

  /** Nodes a, b, .. with a replica each; upper case means that some member cannot reach it. */
  private void ready(String... nodes) {
    List<RoutingTable.Route> routes = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      boolean suspect = Character.isUpperCase(nodes[i].charAt(0));
      routes.add(
          new RoutingTable.Route(
              replica("m", 1, i), nodes[i].toLowerCase(java.util.Locale.ROOT), "h", 1, suspect));
    }
    tables.publish(new RoutingTable(Map.of(), Map.of(VERSION, routes), true));
  }

  private @Nullable String asked(long nowNanos) {
    ReplicaRouter.Target target = router.route(VERSION, Set.of(), nowNanos);
    return target == null ? null : target.nodeId();
  }

  private Set<String> askedIn(int requests, long nowNanos) {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < requests; i++) {
      all.add(String.valueOf(asked(nowNanos)));
    }
    return all;
  }

  private ReplicaRouter.Target target(String node) {
    List<ReplicaRouter.Target> found = new ArrayList<>();
    router.forEachTarget(
        target -> {
          if (target.nodeId().equals(node)) {
            found.add(target);
          }
        });
    return found.get(0);
  }

  @Test
  void aNodeSomeMemberCannotReachIsAskedAfterTheOthers() {
    ready("a", "B", "c");
    assertThat(askedIn(100, 0)).containsExactlyInAnyOrder("a", "c");
    assertThat(Objects.requireNonNull(router.route(VERSION, tried(0, 2), 0)).nodeId())
        .isEqualTo("b");
  }

  private static Set<io.dunlin.shared.model.ReplicaId> tried(int... ordinals) {
    Set<io.dunlin.shared.model.ReplicaId> tried = new HashSet<>();
    for (int ordinal : ordinals) {
      tried.add(replica("m", 1, ordinal));
    }
    return tried;
  }

  @Test
  void theOnlyReplicaGoesOnServingWhileItsConnectionWorks() {
    ready("A");
    assertThat(asked(0)).isEqualTo("a");
    down.add("a");
    assertThat(asked(0)).isNull();
  }

  @Test
  void aNodeInDoubtComesBeforeOneThatKeepsFailing() {
    ready("a", "B");
    for (int i = 0; i < HealthSettings.DEFAULT.consecutiveFailures(); i++) {
      target("a").health().failed(0);
    }
    assertThat(askedIn(20, 1)).containsExactly("b");
  }

  @Test
  void noRequestIsSpentToProbeANodeInDoubtWhileAnotherAnswers() {
    ready("a", "B");
    for (int i = 0; i < HealthSettings.DEFAULT.consecutiveFailures(); i++) {
      target("b").health().failed(0);
    }
    assertThat(askedIn(20, 100 * SECOND)).containsExactly("a");
    down.add("a");
    assertThat(asked(100 * SECOND)).as("with nothing to lose it is").isEqualTo("b");
  }

  @Test
  void whatIsKnownOfAReplicaOutlivesTheDoubt() {
    ready("a", "b");
    target("b").health().leaving(0);
    ready("a", "B");
    assertThat(target("b").health().isHealthy()).isFalse();
    ready("a", "b");
    assertThat(askedIn(20, 1)).containsExactly("a");
  }
}
