package io.dunlin.node.control;

import io.dunlin.node.replica.ModelReplica;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * The controller: a cluster singleton, the one writer of the catalog and the assignments.
 *
 * <p>Its work is a loop that may be cut off between any two steps, and taken up by the next
 * incarnation on another node from the replicated tables alone:
 *
 * <ol>
 *   <li>take in what changed: catalog, assignments, node reports, members, repositories;
 *   <li>derive desired versions from repositories and write changed catalog entries;
 *   <li>compare desired with observed ({@link Reconciler});
 *   <li>write new assignments;
 *   <li>send commands to replicas whose assignment is written. Every command is idempotent and is
 *       sent again on the next pass as long as its effect is not observed.
 * </ol>
 *
 * The data path never waits for it.
 */
public final class ModelController {
  private static final Duration PASS_INTERVAL = Duration.ofMillis(500);
  private static final Duration SETTLE = Duration.ofMillis(20);

  /** What the controller takes: commands of others, and its own signals. */
  public sealed interface Message {}

  /** A command from another process. */
  public record Request(ControlProtocol.Command command) implements Message {}

  private record CatalogChanged(Map<String, CatalogEntry> entries) implements Message {}

  private record AssignmentsChanged(Map<String, Assignment> entries) implements Message {}

  private record NodesChanged(Map<String, NodeReport> entries) implements Message {}

  private record MembersChanged() implements Message {}

  private record AssignmentWritten() implements Message {}

  private record EntryWritten(
      String model, long revision, boolean confirmed, ActorRef<ControlProtocol.Reply> replyTo)
      implements Message {}

  private record Pass() implements Message {}

  /** The tables the controller reads and writes. */
  public record Tables(
      ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
      ActorRef<ReplicatedTable.Message<Assignment>> assignments,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes) {}

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final Tables tables;
  private final Cluster cluster;
  private final ClusterSharding sharding;
  private final CatalogKeeper catalog = new CatalogKeeper();
  private final RetrySchedule retries = new RetrySchedule();
  private final Map<ReplicaId, Assignment> assignments = new HashMap<>();
  private Map<String, NodeReport> reports = Map.of();

  private ModelController(
      ActorContext<Message> context, TimerScheduler<Message> timers, Tables tables) {
    this.context = context;
    this.timers = timers;
    this.tables = tables;
    this.cluster = Cluster.get(context.getSystem());
    this.sharding = ClusterSharding.get(context.getSystem());
  }

  public static Behavior<ControlProtocol.Command> create(Tables tables) {
    Behavior<Message> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new ModelController(context, timers, tables).running()));
    return Behaviors.transformMessages(
        ControlProtocol.Command.class,
        behavior,
        match -> match.match(ControlProtocol.Command.class, Request::new));
  }

  private Behavior<Message> running() {
    subscribe();
    timers.startTimerWithFixedDelay(new Pass(), PASS_INTERVAL);
    return Behaviors.receiveMessage(this::onMessage);
  }

  private void subscribe() {
    tables
        .catalog()
        .tell(
            new ReplicatedTable.Subscribe<>(
                this.<CatalogEntry>snapshots(entries -> new CatalogChanged(entries))));
    tables
        .assignments()
        .tell(
            new ReplicatedTable.Subscribe<>(
                this.<Assignment>snapshots(entries -> new AssignmentsChanged(entries))));
    tables
        .nodes()
        .tell(
            new ReplicatedTable.Subscribe<>(
                this.<NodeReport>snapshots(entries -> new NodesChanged(entries))));
    ActorRef<ClusterEvent.ClusterDomainEvent> members =
        context.messageAdapter(
            ClusterEvent.ClusterDomainEvent.class, event -> new MembersChanged());
    cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.ClusterDomainEvent.class));
  }

  /** An adapter of its own per table: message adapters are keyed by class, which generics share. */
  private <V> ActorRef<ReplicatedTable.Snapshot<V>> snapshots(
      java.util.function.Function<Map<String, V>, Message> toMessage) {
    ActorRef<Message> self = context.getSelf();
    return context.spawnAnonymous(
        Behaviors.receiveMessage(
            (ReplicatedTable.Snapshot<V> snapshot) -> {
              self.tell(toMessage.apply(snapshot.entries()));
              return Behaviors.same();
            }));
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case Request request -> onCommand(request.command());
      case CatalogChanged changed -> {
        catalog.replicated(changed.entries());
        soon();
      }
      case AssignmentsChanged changed -> {
        changed
            .entries()
            .forEach((id, entry) -> assignments.putIfAbsent(ReplicaId.ofEntityId(id), entry));
        soon();
      }
      case NodesChanged changed -> {
        reports = changed.entries();
        soon();
      }
      case MembersChanged changed -> soon();
      case AssignmentWritten written -> soon();
      case EntryWritten written -> onEntryWritten(written);
      case Pass pass -> pass();
    }
    return Behaviors.same();
  }

  // ---- step 2: desired versions

  private void onCommand(ControlProtocol.Command command) {
    switch (command) {
      case ControlProtocol.Deploy deploy ->
          store(catalog.deploy(deploy.spec(), deploy.ifRevision()), deploy.replyTo());
      case ControlProtocol.Undeploy undeploy ->
          store(catalog.undeploy(undeploy.model(), undeploy.ifRevision()), undeploy.replyTo());
      case ControlProtocol.SetAlias alias ->
          store(catalog.setAlias(alias.model(), alias.alias(), alias.weights()), alias.replyTo());
      case ControlProtocol.Rollback rollback -> notYet(rollback.replyTo());
      case ControlProtocol.SetDraining draining -> notYet(draining.replyTo());
      case ControlProtocol.ExplainPlacement explain -> notYet(explain.replyTo());
      case ControlProtocol.DryRun dryRun -> notYet(dryRun.replyTo());
      case ControlProtocol.RepositorySeen seen -> onRepository(seen);
    }
  }

  private static void notYet(ActorRef<ControlProtocol.Reply> replyTo) {
    replyTo.tell(
        new ControlProtocol.Rejected(
            new Failure(FailureCode.UNIMPLEMENTED, "the controller does not do this yet")));
  }

  private void onRepository(ControlProtocol.RepositorySeen seen) {
    catalog.repositorySeen(seen, liveNodes().keySet()).forEach(entry -> put(entry, null));
    soon();
  }

  private void store(CatalogKeeper.Change change, ActorRef<ControlProtocol.Reply> replyTo) {
    switch (change) {
      case CatalogKeeper.Change.Refused refused ->
          replyTo.tell(new ControlProtocol.Rejected(refused.failure()));
      case CatalogKeeper.Change.Write write -> put(write.entry(), replyTo);
    }
  }

  private void put(CatalogEntry entry, @Nullable ActorRef<ControlProtocol.Reply> replyTo) {
    String model = entry.spec().name();
    ActorRef<Message> self = context.getSelf();
    ActorRef<ControlProtocol.Reply> answerTo =
        replyTo != null ? replyTo : context.getSystem().<ControlProtocol.Reply>ignoreRef();
    ActorRef<ReplicatedTable.Written> written =
        context.spawnAnonymous(
            Behaviors.receiveMessage(
                (ReplicatedTable.Written done) -> {
                  self.tell(new EntryWritten(model, entry.revision(), done.confirmed(), answerTo));
                  return Behaviors.stopped();
                }));
    tables.catalog().tell(new ReplicatedTable.Put<>(model, entry, written));
  }

  private void onEntryWritten(EntryWritten written) {
    written.replyTo().tell(new ControlProtocol.Accepted(written.model(), written.revision()));
    soon();
  }

  // ---- steps 3 to 5: compare, assign, command

  private void soon() {
    timers.startSingleTimer("soon", new Pass(), SETTLE);
  }

  private void pass() {
    Map<String, NodeReport> live = liveNodes();
    if (live.isEmpty()) {
      return;
    }
    ClusterView view =
        new ClusterView(
            catalog.entries(),
            Map.copyOf(assignments),
            live,
            retries.due(live.values(), context.getSystem().uptime() * 1_000L));
    List<ControlAction> actions = Reconciler.reconcile(view, LeastReplicasPlacer.of(view));
    actions.forEach(this::apply);
  }

  private void apply(ControlAction action) {
    switch (action) {
      case ControlAction.Assign assign ->
          assign(assign.replica(), Assignment.to(assign.nodeId(), assign.revision()));
      case ControlAction.Unassign unassign -> {
        assignments.remove(unassign.replica());
        retries.forget(unassign.replica());
        tables
            .assignments()
            .tell(new ReplicatedTable.Remove<>(unassign.replica().entityId(), whenWritten()));
      }
      case ControlAction.Start start ->
          tell(start.replica(), new ReplicaProtocol.Start(start.spec()));
      case ControlAction.Stop stop -> tell(stop.replica(), new ReplicaProtocol.Stop(stop.reason()));
      case ControlAction.Reconfigure change -> {
        tell(change.replica(), new ReplicaProtocol.Reconfigure(change.spec()));
        assign(change.replica(), Assignment.to(change.nodeId(), change.revision()));
      }
    }
  }

  private void assign(ReplicaId replica, Assignment assignment) {
    assignments.put(replica, assignment);
    tables
        .assignments()
        .tell(new ReplicatedTable.Put<>(replica.entityId(), assignment, whenWritten()));
  }

  private ActorRef<ReplicatedTable.Written> whenWritten() {
    return context.messageAdapter(
        ReplicatedTable.Written.class, written -> new AssignmentWritten());
  }

  private void tell(ReplicaId replica, ReplicaProtocol.Command command) {
    sharding.entityRefFor(ModelReplica.TYPE, replica.entityId()).tell(command);
  }

  /** Reports of members that are up and reachable, of their present incarnation only. */
  private Map<String, NodeReport> liveNodes() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    Map<String, NodeReport> live = new HashMap<>();
    for (Member member : state.getMembers()) {
      if (state.getUnreachable().contains(member)) {
        continue;
      }
      for (NodeReport report : reports.values()) {
        if (report.incarnation() == member.uniqueAddress().longUid()
            && report.address().equals(member.address().toString())) {
          live.put(report.nodeId(), report);
        }
      }
    }
    return live;
  }
}
