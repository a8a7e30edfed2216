package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
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
 * CommandWindow} each for starts, changed settings and stops.
 */
final class Effects {
  private final ControlState state;
  private final ControlTables tables;
  private final ModelController.Replicas replicas;
  private final ActorRef<ControlProtocol.Reply> nobody;
  private final CommandWindow starts;
  private final CommandWindow changes;
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
    this.changes = window(settings);
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
    Map<ReplicaId, ReplicaProtocol.Command> toStart = new HashMap<>();
    Map<ReplicaId, ReplicaProtocol.Command> toChange = new HashMap<>();
    Map<ReplicaId, ReplicaProtocol.Command> toStop = new HashMap<>();
    boolean changed = false;
    for (ControlAction action : actions) {
      switch (action) {
        case ControlAction.Start start ->
            toStart.put(start.replica(), new ReplicaProtocol.Start(start.spec(), start.revision()));
        case ControlAction.Reconfigure change ->
            toChange.put(
                change.replica(),
                new ReplicaProtocol.Reconfigure(change.spec(), change.revision()));
        case ControlAction.Stop stop ->
            toStop.put(stop.replica(), new ReplicaProtocol.Stop(stop.reason()));
        case ControlAction.Assign assign -> assign(assign.replica(), assign.assignment());
        case ControlAction.Unassign unassign -> unassign(unassign.replica(), nowMillis);
        case ControlAction.SwitchAlias change -> changed |= switchAlias(change);
      }
    }
    tell(starts, toStart, nowMillis);
    tell(changes, toChange, nowMillis);
    for (ReplicaId replica : stops.next(toStop.keySet(), nowMillis)) {
      // First its place: one that is assigned and gone would be started again.
      unassign(replica, nowMillis);
      state.stopTold(replica, nowMillis);
      replicas.tell(replica, Objects.requireNonNull(toStop.get(replica)));
    }
    return changed;
  }

  private void tell(
      CommandWindow window, Map<ReplicaId, ReplicaProtocol.Command> commands, long nowMillis) {
    for (ReplicaId replica : window.next(commands.keySet(), nowMillis)) {
      replicas.tell(replica, Objects.requireNonNull(commands.get(replica)));
    }
  }

  private void unassign(ReplicaId replica, long nowMillis) {
    if (state.isAssigned(replica)) {
      state.unassigned(replica, nowMillis);
      tables.remove(replica);
    }
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
