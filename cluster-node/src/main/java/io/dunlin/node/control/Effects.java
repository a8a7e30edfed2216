package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Carries out what {@link Reconciler} decided: steps 4 and 5 of the controller's work. Writes go
 * out at once, in the order in which they were decided; commands to replicas go through a {@link
 * CommandWindow} each for starts and stops.
 */
final class Effects {
  private final ControlState state;
  private final ControlTables tables;
  private final ModelController.Replicas replicas;
  private final ActorRef<ControlProtocol.Reply> nobody;
  private final CommandWindow starts;
  private final CommandWindow stops;

  /**
   * @param nobody takes answers to writes that nobody asked for
   */
  Effects(
      ControlState state,
      ControlTables tables,
      ModelController.Replicas replicas,
      ActorRef<ControlProtocol.Reply> nobody,
      ControlSettings settings) {
    this.state = state;
    this.tables = tables;
    this.replicas = replicas;
    this.nobody = nobody;
    this.starts = window(settings);
    this.stops = window(settings);
  }

  private static CommandWindow window(ControlSettings settings) {
    return new CommandWindow(settings.startsUnderWay(), settings.startPatience().toMillis());
  }

  /**
   * @param actions all that one pass decided
   * @return whether desired state changed, so that another pass is due
   */
  boolean carryOut(List<ControlAction> actions, long nowMillis) {
    Map<ReplicaId, ModelSpec> toStart = new HashMap<>();
    Map<ReplicaId, String> toStop = new HashMap<>();
    boolean changed = false;
    for (ControlAction action : actions) {
      switch (action) {
        case ControlAction.Start start -> toStart.put(start.replica(), start.spec());
        case ControlAction.Stop stop -> toStop.put(stop.replica(), stop.reason());
        case ControlAction.Assign assign -> assign(assign.replica(), assign.assignment());
        case ControlAction.Unassign unassign -> {
          state.unassigned(unassign.replica());
          tables.remove(unassign.replica());
        }
        case ControlAction.Reconfigure change -> {
          replicas.tell(change.replica(), new ReplicaProtocol.Reconfigure(change.spec()));
          assign(change.replica(), change.assignment());
        }
        case ControlAction.SwitchAlias change -> changed |= switchAlias(change);
      }
    }
    for (ReplicaId replica : starts.next(toStart.keySet(), nowMillis)) {
      replicas.tell(
          replica, new ReplicaProtocol.Start(Objects.requireNonNull(toStart.get(replica))));
    }
    for (ReplicaId replica : stops.next(toStop.keySet(), nowMillis)) {
      replicas.tell(replica, new ReplicaProtocol.Stop(Objects.requireNonNull(toStop.get(replica))));
    }
    return changed;
  }

  private boolean switchAlias(ControlAction.SwitchAlias change) {
    return state
        .catalog()
        .switchAlias(change.model(), change.alias(), change.revision())
        .map(
            entry -> {
              tables.put(entry, nobody);
              return true;
            })
        .orElse(false);
  }

  private void assign(ReplicaId replica, Assignment assignment) {
    state.assigned(replica, assignment);
    tables.put(replica, assignment);
  }
}
