package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementSettings;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainsTest {
  private static final ReplicaId M = replica("m", 1, 0);
  private final Drains drains = new Drains(new PlacementPlanner(PlacementSettings.DEFAULT));

  private static Views draining() {
    return new Views()
        .wanted("m", 1, 1L)
        .draining("a")
        .assigned(M, "a")
        .reported(M, "a", ReplicaState.READY);
  }

  @Test
  void aReplicaThatFitsNowhereIsNamedWithWhatEachNodeLacks() {
    assertThat(drains.stuck(draining().view()))
        .containsEntry("a", List.of("m/1/0 fits nowhere else: there is no other node"));
    assertThat(drains.stuck(draining().unreachable("b").view()))
        .containsEntry("a", List.of("m/1/0 fits nowhere else: b: is unreachable"));
  }

  @Test
  void oneThatCanMoveIsNotStuck() {
    Views views = draining().node("b");
    assertThat(Drains.underWay(views.view())).containsExactly("a");
    assertThat(drains.stuck(views.view())).isEmpty();
  }

  @Test
  void anOrderIsOverdueFromItsDeadlineWhileSomethingServes() {
    NodeOrder order =
        new NodeOrder(1, true, Instant.EPOCH, Instant.ofEpochSecond(60), List.of(), false);
    List<String> stuck = List.of("m/1/0 fits nowhere else");
    assertThat(Drains.progress(order, stuck, true, Instant.ofEpochSecond(59)))
        .isEqualTo(order.withProgress(stuck, false));
    NodeOrder over = Drains.progress(order, stuck, true, Instant.ofEpochSecond(60));
    assertThat(over).isEqualTo(order.withProgress(stuck, true));
    assertThat(Drains.progress(over, stuck, false, Instant.ofEpochSecond(90))).isEqualTo(order);
    NodeOrder unbounded = new NodeOrder(1, true, Instant.EPOCH);
    assertThat(Drains.progress(unbounded, List.of(), true, Instant.ofEpochSecond(1 << 20)))
        .isEqualTo(unbounded);
  }
}
