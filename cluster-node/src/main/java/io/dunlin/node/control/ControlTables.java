package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The controller's way to the replicated tables; what they answer comes back as messages. */
final class ControlTables {
  private final ActorContext<ControlMessage> context;
  private final ModelController.Tables tables;
  private final ActorRef<ReplicatedTable.Written> assignmentWritten;

  ControlTables(ActorContext<ControlMessage> context, ModelController.Tables tables) {
    this.context = context;
    this.tables = tables;
    this.assignmentWritten =
        context.messageAdapter(
            ReplicatedTable.Written.class,
            written -> new ControlMessage.AssignmentWritten(written.key()));
  }

  void follow() {
    follow(tables.catalog(), ControlMessage.CatalogChanged::new);
    follow(tables.assignments(), ControlMessage.AssignmentsChanged::new);
    follow(tables.orders(), ControlMessage.OrdersChanged::new);
    follow(tables.nodes(), ControlMessage.NodesChanged::new);
  }

  /** Asks for all that a controller has written before; three answers. */
  void read(Duration timeout) {
    read(tables.catalog(), timeout, ControlMessage.CatalogRead::new);
    read(tables.assignments(), timeout, ControlMessage.AssignmentsRead::new);
    read(tables.orders(), timeout, ControlMessage.OrdersRead::new);
  }

  /** Stores an entry; the caller is told when a majority has it. */
  void put(CatalogEntry entry, ActorRef<ControlProtocol.Reply> replyTo) {
    String model = entry.spec().name();
    ControlProtocol.Reply accepted = new ControlProtocol.Accepted(model, entry.revision());
    tables.catalog().tell(new ReplicatedTable.Put<>(model, entry, whenStored(accepted, replyTo)));
  }

  /** Stores an order; the caller is told when a majority has it. */
  void put(String nodeId, NodeOrder order, ActorRef<ControlProtocol.Reply> replyTo) {
    ControlProtocol.Reply accepted = new ControlProtocol.Accepted(nodeId, order.incarnation());
    tables.orders().tell(new ReplicatedTable.Put<>(nodeId, order, whenStored(accepted, replyTo)));
  }

  void put(ReplicaId replica, Assignment assignment) {
    tables
        .assignments()
        .tell(new ReplicatedTable.Put<>(replica.entityId(), assignment, assignmentWritten));
  }

  void remove(ReplicaId replica) {
    tables.assignments().tell(new ReplicatedTable.Remove<>(replica.entityId(), assignmentWritten));
  }

  /** A child of its own per table: message adapters are keyed by class, which generics share. */
  private <V> void follow(
      ActorRef<ReplicatedTable.Message<V>> table,
      Function<Map<String, V>, ControlMessage> toMessage) {
    ActorRef<ControlMessage> self = context.getSelf();
    Behavior<ReplicatedTable.Snapshot<V>> forward =
        Behaviors.receiveMessage(
            snapshot -> {
              self.tell(toMessage.apply(snapshot.entries()));
              return Behaviors.same();
            });
    table.tell(new ReplicatedTable.Subscribe<>(context.spawnAnonymous(forward)));
  }

  private interface Part<V> {
    ControlMessage of(Map<String, V> entries, boolean complete);
  }

  private <V> void read(
      ActorRef<ReplicatedTable.Message<V>> table, Duration timeout, Part<V> part) {
    ActorRef<ControlMessage> self = context.getSelf();
    Behavior<ReplicatedTable.Loaded<V>> forward =
        Behaviors.receiveMessage(
            loaded -> {
              self.tell(part.of(loaded.entries(), loaded.complete()));
              return Behaviors.stopped();
            });
    table.tell(new ReplicatedTable.Load<>(timeout, context.spawnAnonymous(forward)));
  }

  private ActorRef<ReplicatedTable.Written> whenStored(
      ControlProtocol.Reply accepted, ActorRef<ControlProtocol.Reply> replyTo) {
    ActorRef<ControlMessage> self = context.getSelf();
    return context.spawnAnonymous(
        Behaviors.receiveMessage(
            (ReplicatedTable.Written done) -> {
              self.tell(new ControlMessage.Stored(accepted, done.confirmed(), replyTo));
              return Behaviors.stopped();
            }));
  }
}
