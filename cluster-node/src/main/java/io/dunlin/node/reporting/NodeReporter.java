package io.dunlin.node.reporting;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Keeps this node's entry in the directory true.
 *
 * <p>Changes are gathered while a write is under way, so a burst of replica changes costs few
 * writes and the last one always wins.
 *
 * <pre>
 * any change, no write under way -> write        any change, write under way -> remember
 * written, changes remembered    -> write        written, none               -> quiet
 * </pre>
 */
public final class NodeReporter {
  /** What the reporter takes. */
  public sealed interface Message {}

  /** A replica of this node changed its state. */
  public record ReplicaChanged(ReplicaReport report) implements Message {}

  /** A replica of this node is gone. */
  public record ReplicaEnded(ReplicaId replica) implements Message {}

  /** A replica of this node has loaded a model version that looks like this. */
  public record Described(ModelDescription description) implements Message {}

  /** This node is leaving, or stays after all. */
  public record Draining(boolean draining) implements Message {}

  private record ReportWritten() implements Message {}

  private record DescriptionWritten() implements Message {}

  private final ActorRef<ReplicatedTable.Message<NodeReport>> nodes;
  private final ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions;

  /** One for both tables: an actor has one adapter per class, and the last one registered wins. */
  private final ActorRef<ReplicatedTable.Written> written;

  private final NodeReport identity;
  private final TreeMap<ReplicaId, ReplicaReport> replicas = new TreeMap<>();
  private final Set<ModelDescription> described = new HashSet<>();
  private boolean draining;
  private boolean writing;
  private boolean changed;

  private NodeReporter(
      ActorContext<Message> context,
      NodeReport identity,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {
    this.identity = identity;
    this.nodes = nodes;
    this.descriptions = descriptions;
    this.written = context.messageAdapter(ReplicatedTable.Written.class, this::onWritten);
  }

  private Message onWritten(ReplicatedTable.Written write) {
    return write.key().equals(identity.nodeId()) ? new ReportWritten() : new DescriptionWritten();
  }

  /**
   * @param identity this node without replicas; written at once
   */
  public static Behavior<Message> create(
      NodeReport identity,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {
    return Behaviors.setup(
        context -> {
          NodeReporter reporter = new NodeReporter(context, identity, nodes, descriptions);
          reporter.publish();
          return Behaviors.receiveMessage(reporter::onMessage);
        });
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case ReplicaChanged change -> {
        replicas.put(change.report().replica(), change.report());
        publish();
      }
      case ReplicaEnded ended -> {
        if (replicas.remove(ended.replica()) != null) {
          publish();
        }
      }
      case Described loaded -> describe(loaded.description());
      case Draining change -> {
        draining = change.draining();
        publish();
      }
      case ReportWritten reported -> {
        writing = false;
        if (changed) {
          publish();
        }
      }
      case DescriptionWritten stored -> {}
    }
    return Behaviors.same();
  }

  private void describe(ModelDescription description) {
    if (described.add(description)) {
      descriptions.tell(
          new ReplicatedTable.Put<>(description.version().toString(), description, written));
    }
  }

  private void publish() {
    if (writing) {
      changed = true;
      return;
    }
    writing = true;
    changed = false;
    nodes.tell(new ReplicatedTable.Put<>(identity.nodeId(), report(), written));
  }

  private NodeReport report() {
    return new NodeReport(
        identity.nodeId(),
        identity.address(),
        identity.incarnation(),
        identity.dataHost(),
        identity.dataPort(),
        identity.zone(),
        identity.labels(),
        identity.device(),
        identity.hostMemoryBytes(),
        draining,
        identity.startedAt(),
        List.copyOf(replicas.values()),
        NodeReport.Ledger.EMPTY,
        identity.artifacts(),
        0,
        identity.runtimes());
  }
}
