package io.dunlin.node.control;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;

/**
 * Keeps what is said of drains up to date: in the node's order where an operator asked for it, and
 * in the log.
 */
final class DrainWatch {
  /** An explanation costs about two plans, so it is not made with every pass. */
  private static final long LOOK_EVERY_MILLIS = 2_000;

  private final ControlState state;
  private final ControlTables tables;
  private final ActorRef<ControlProtocol.Reply> nobody;
  private final Drains drains;
  private final Logger log;
  private final Map<String, List<String>> said = new HashMap<>();
  private long lookedMillis = Long.MIN_VALUE / 2;

  DrainWatch(
      ControlState state,
      ControlTables tables,
      ActorRef<ControlProtocol.Reply> nobody,
      PlacementPlanner planner,
      Logger log) {
    this.state = state;
    this.tables = tables;
    this.nobody = nobody;
    this.drains = new Drains(planner);
    this.log = log;
  }

  /** Called with every pass; mostly does nothing. */
  void look(ClusterView view, Instant now) {
    Set<String> underWay = Drains.underWay(view);
    Set<String> watched = new HashSet<>(underWay);
    watched.addAll(said.keySet());
    if (watched.isEmpty() || now.toEpochMilli() - lookedMillis < LOOK_EVERY_MILLIS) {
      return;
    }
    lookedMillis = now.toEpochMilli();
    Map<String, List<String>> stuck = underWay.isEmpty() ? Map.of() : drains.stuck(view);
    for (String node : watched) {
      boolean serves = underWay.contains(node);
      List<String> lines = stuck.getOrDefault(node, List.of());
      if (serves && !lines.equals(said.put(node, lines)) && !lines.isEmpty()) {
        log.info("{} drains: {}", node, String.join("; ", lines));
      }
      state.drain(node).ifPresent(order -> progress(node, order, lines, serves, now));
    }
    said.keySet().retainAll(underWay);
  }

  private void progress(
      String node, NodeOrder order, List<String> lines, boolean serves, Instant now) {
    NodeOrder after = Drains.progress(order, lines, serves, now);
    if (!after.equals(order)) {
      state.progressed(node, after);
      tables.put(node, after, nobody);
    }
  }
}
