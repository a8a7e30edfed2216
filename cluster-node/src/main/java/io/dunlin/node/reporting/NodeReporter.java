package io.dunlin.node.reporting;

import io.dunlin.node.capacity.LedgerSnapshot;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's entry in the directory true.
 *
 * <p>Changes are gathered while a write is under way, so a burst of replica changes costs few
 * writes and the last one always wins. What nobody announces (work done, memory, load) is looked at
 * once in a while and written only if it differs from what was written last: a node at rest writes
 * nothing.
 *
 * <pre>
 * any change, no write under way -> write        any change, write under way -> remember
 * written, changes remembered    -> write        written, none               -> quiet
 * tick, the report would differ  -> as a change  tick, it would not          -> quiet
 * </pre>
 *
 * <p>Whoever needs to know that a change has reached the other processes names itself in it, and is
 * told when the write that contains the change has ended.
 */
public final class NodeReporter {
  /** What the reporter takes. */
  public sealed interface Message {}

  /**
   * A replica of this node changed its state. Its memory and its work are filled in here.
   *
   * @param replyTo told when this is written; null if nobody waits
   */
  public record ReplicaChanged(ReplicaReport report, @Nullable ActorRef<Written> replyTo)
      implements Message {
    public ReplicaChanged(ReplicaReport report) {
      this(report, null);
    }
  }

  /**
   * A replica of this node takes requests.
   *
   * @param work what it has done so far; called on the reporter's thread, must be quick
   */
  public record Serving(ReplicaId replica, Supplier<ReplicaReport.Work> work) implements Message {}

  /** A replica of this node is gone. */
  public record ReplicaEnded(ReplicaId replica) implements Message {}

  /** A replica of this node has loaded a model version that looks like this. */
  public record Described(ModelDescription description) implements Message {}

  /**
   * The model versions whose files this node has at hand, all of them.
   *
   * @param findings sources it cannot serve from
   */
  public record Artifacts(List<ModelVersionId> versions, List<NodeReport.Finding> findings)
      implements Message {}

  /** This node is leaving, or stays after all. */
  public record Draining(boolean draining) implements Message {}

  private record ReportWritten(boolean confirmed) implements Message {}

  private record DescriptionWritten() implements Message {}

  private record Tick() implements Message {}

  /**
   * A change was written.
   *
   * @param everywhere whether every member that could be reached has it; else it is stored here and
   *     spreads by gossip
   */
  public record Written(boolean everywhere) {}

  private final NodeGauges gauges;
  private final ActorRef<ReplicatedTable.Message<NodeReport>> nodes;
  private final ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions;

  /** One for both tables: an actor has one adapter per class, and the last one registered wins. */
  private final ActorRef<ReplicatedTable.Written> written;

  private final NodeReport identity;
  private final LoadAverage load;
  private final TreeMap<ReplicaId, ReplicaReport> replicas = new TreeMap<>();
  private final Map<ReplicaId, Supplier<ReplicaReport.Work>> serving = new HashMap<>();
  private final Set<ModelDescription> described = new HashSet<>();

  /** Who waits for the write under way, and who for the one after it. */
  private List<ActorRef<Written>> waiting = new ArrayList<>();

  private List<ActorRef<Written>> waitingNext = new ArrayList<>();
  private List<ModelVersionId> artifacts;
  private List<NodeReport.Finding> findings = List.of();
  private @Nullable NodeReport last;
  private boolean draining;
  private boolean writing;
  private boolean changed;

  private NodeReporter(
      ActorContext<Message> context,
      NodeReport identity,
      NodeGauges gauges,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {
    this.identity = identity;
    this.gauges = gauges;
    this.nodes = nodes;
    this.descriptions = descriptions;
    this.artifacts = identity.artifacts();
    this.load = new LoadAverage(gauges.processors(), gauges.nanoTime());
    this.written = context.messageAdapter(ReplicatedTable.Written.class, this::onTableWritten);
  }

  private Message onTableWritten(ReplicatedTable.Written write) {
    return write.key().equals(identity.nodeId())
        ? new ReportWritten(write.confirmed())
        : new DescriptionWritten();
  }

  /**
   * @param identity this node without replicas; written at once
   * @param interval how often work, memory and load are looked at
   */
  public static Behavior<Message> create(
      NodeReport identity,
      NodeGauges gauges,
      Duration interval,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  NodeReporter reporter =
                      new NodeReporter(context, identity, gauges, nodes, descriptions);
                  reporter.publish();
                  timers.startTimerWithFixedDelay(new Tick(), interval);
                  return Behaviors.receiveMessage(reporter::onMessage);
                }));
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case ReplicaChanged change -> onChange(change);
      case Serving start -> serving.put(start.replica(), start.work());
      case ReplicaEnded ended -> {
        serving.remove(ended.replica());
        if (replicas.remove(ended.replica()) != null) {
          publish();
        }
      }
      case Described loaded -> describe(loaded.description());
      case Artifacts seen -> {
        artifacts = seen.versions();
        findings = seen.findings();
      }
      case Draining change -> {
        draining = change.draining();
        publish();
      }
      case Tick tick -> onTick();
      case ReportWritten reported -> onReportWritten(reported.confirmed());
      case DescriptionWritten stored -> {}
    }
    return Behaviors.same();
  }

  private void onChange(ReplicaChanged change) {
    replicas.put(change.report().replica(), change.report());
    if (change.replyTo() != null) {
      waitingNext.add(change.replyTo());
    }
    publish();
  }

  private void onTick() {
    Map<ReplicaId, Long> busy = new HashMap<>();
    serving.forEach((replica, work) -> busy.put(replica, work.get().busyNanos()));
    load.sample(gauges.nanoTime(), busy, gauges.deviceBusy());
    if (!writing && !report().equals(last)) {
      publish();
    }
  }

  private void onReportWritten(boolean confirmed) {
    writing = false;
    waiting.forEach(waiter -> waiter.tell(new Written(confirmed)));
    waiting = new ArrayList<>();
    if (changed) {
      publish();
    }
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
    waiting = waitingNext;
    waitingNext = new ArrayList<>();
    NodeReport report = report();
    last = report;
    nodes.tell(new ReplicatedTable.Put<>(identity.nodeId(), report, written));
  }

  private NodeReport report() {
    LedgerSnapshot ledger = gauges.ledger();
    Map<ReplicaId, MemoryDemand> memory = ledger.byReplica();
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
        replicas.values().stream()
            .map(replica -> filledIn(replica, memory.get(replica.replica())))
            .toList(),
        new NodeReport.Ledger(ledger.device().reservedBytes(), ledger.host().reservedBytes()),
        artifacts,
        load.value(),
        identity.runtimes(),
        findings);
  }

  private ReplicaReport filledIn(ReplicaReport replica, @Nullable MemoryDemand held) {
    Supplier<ReplicaReport.Work> work = serving.get(replica.replica());
    return new ReplicaReport(
        replica.replica(),
        replica.state(),
        replica.reason(),
        replica.loadMillis(),
        held == null ? 0 : held.deviceBytes(),
        held == null ? 0 : held.hostBytes(),
        work == null ? ReplicaReport.Work.NONE : work.get(),
        replica.revision());
  }
}
