package io.dunlin.node.control;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.replica.ModelReplica;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The controller: a cluster singleton, the one writer of the catalog, the assignments and the node
 * orders.
 *
 * <p>Its work is a loop that may be cut off between any two steps, and taken up by the next
 * incarnation on another node from the replicated tables alone:
 *
 * <ol>
 *   <li>take in what changed: catalog, assignments, orders, node reports, members, repositories;
 *   <li>derive desired versions from repositories and write changed catalog entries;
 *   <li>compare desired with observed and plan ({@link Reconciler}, {@code node.placement});
 *   <li>write new assignments and switched labels;
 *   <li>send commands to replicas whose assignment is written. Every command is idempotent and is
 *       sent again on a later pass as long as its effect is not observed.
 * </ol>
 *
 * <pre>
 * reading  all tables read from a majority -> running     a read failed -> read again; commands
 *                                                         that waited are answered unavailable
 * running  commands, passes                               this process leaves -> resting
 * resting  commands are answered unavailable: the next incarnation takes them
 * </pre>
 *
 * While a majority of the members is not reachable from here it decides nothing: commands that
 * change something are refused, passes do nothing. The data path never waits for it.
 */
public final class ModelController {
  private static final int MAX_WAITING = 1_000;
  private static final int TABLES_READ = 3;

  /** The tables the controller reads and writes. */
  public record Tables(
      ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
      ActorRef<ReplicatedTable.Message<Assignment>> assignments,
      ActorRef<ReplicatedTable.Message<NodeOrder>> orders,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes) {}

  /** How commands reach replicas; they may be lost. */
  @FunctionalInterface
  public interface Replicas {
    void tell(ReplicaId replica, ReplicaProtocol.Command command);

    /** Through Cluster Sharding. */
    static Replicas sharded(ClusterSharding sharding) {
      return (replica, command) ->
          sharding.entityRefFor(ModelReplica.TYPE, replica.entityId()).tell(command);
    }
  }

  private final ActorContext<ControlMessage> context;
  private final TimerScheduler<ControlMessage> timers;
  private final StashBuffer<ControlMessage> waiting;
  private final ControlTables tables;
  private final ControlSettings settings;
  private final InstantSource clock;
  private final Cluster cluster;
  private final ControlState state;
  private final PlacementPlanner planner;
  private final Effects effects;
  private final DrainWatch drains;
  private final Questions questions;
  private int unread;

  private ModelController(
      ActorContext<ControlMessage> context,
      TimerScheduler<ControlMessage> timers,
      StashBuffer<ControlMessage> waiting,
      Tables tables,
      Replicas replicas,
      ControlSettings settings,
      InstantSource clock) {
    this.context = context;
    this.timers = timers;
    this.waiting = waiting;
    this.tables = new ControlTables(context, tables);
    this.settings = settings;
    this.clock = clock;
    this.cluster = Cluster.get(context.getSystem());
    this.state = new ControlState(clock.millis(), settings.returnGrace());
    this.planner = new PlacementPlanner(settings.placement());
    this.effects = new Effects(state, this.tables, replicas, nobody(), settings);
    this.drains = new DrainWatch(state, this.tables, nobody(), planner, context.getLog());
    this.questions = new Questions(planner);
  }

  /**
   * @param replicas how commands reach replicas
   * @param clock for retries, and the time of orders
   */
  public static Behavior<ControlProtocol.Command> create(
      Tables tables, Replicas replicas, ControlSettings settings, InstantSource clock) {
    Behavior<ControlMessage> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        Behaviors.withStash(
                            MAX_WAITING,
                            stash ->
                                new ModelController(
                                        context, timers, stash, tables, replicas, settings, clock)
                                    .start())));
    return Behaviors.transformMessages(
        ControlProtocol.Command.class,
        behavior,
        match -> match.match(ControlProtocol.Command.class, ControlMessage.Request::new));
  }

  private Behavior<ControlMessage> start() {
    tables.follow();
    ActorRef<ClusterEvent.ClusterDomainEvent> members =
        context.messageAdapter(
            ClusterEvent.ClusterDomainEvent.class, event -> new ControlMessage.MembersChanged());
    cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.ClusterDomainEvent.class));
    restWhenLeaving();
    state.membersAre(Membership.of(cluster.state()));
    read();
    return Behaviors.receiveMessage(this::onMessageWhileReading);
  }

  /** From here on shards are handed over, and a message to one would only wait in a buffer. */
  private void restWhenLeaving() {
    ActorRef<ControlMessage> self = context.getSelf();
    CoordinatedShutdown.get(context.getSystem())
        .addCancellableTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "dunlin-controller-rests",
            () -> {
              self.tell(new ControlMessage.Rest());
              return CompletableFuture.completedFuture(Done.getInstance());
            });
  }

  // ---- reading

  private void read() {
    unread = TABLES_READ;
    tables.read(settings.readTimeout());
  }

  private Behavior<ControlMessage> onMessageWhileReading(ControlMessage message) {
    return switch (message) {
      case ControlMessage.Request request -> {
        waitOrRefuse(request);
        yield Behaviors.same();
      }
      case ControlMessage.CatalogRead read -> {
        state.catalog().replicated(read.entries());
        yield partRead(read.complete());
      }
      case ControlMessage.AssignmentsRead read -> {
        state.assignmentsRead(read.entries());
        yield partRead(read.complete());
      }
      case ControlMessage.OrdersRead read -> {
        state.ordersRead(read.entries());
        yield partRead(read.complete());
      }
      case ControlMessage.ReadAgain again -> {
        read();
        yield Behaviors.same();
      }
      case ControlMessage.Rest rest -> rest();
      case ControlMessage.News news -> {
        takeIn(news);
        yield Behaviors.same();
      }
      case ControlMessage.AssignmentWritten written -> Behaviors.same();
      case ControlMessage.Stored stored -> Behaviors.same();
      case ControlMessage.Pass pass -> Behaviors.same();
    };
  }

  private void waitOrRefuse(ControlMessage.Request request) {
    if (waiting.isFull()) {
      Refusals.refuse(
          request.command(), "the controller is starting and too many commands wait for it");
    } else {
      waiting.stash(request);
    }
  }

  private Behavior<ControlMessage> partRead(boolean complete) {
    unread--;
    if (!complete) {
      context.getLog().warn("desired state cannot be read from a majority of the members yet");
      waiting.forEach(
          message -> {
            if (message instanceof ControlMessage.Request request) {
              Refusals.refuse(
                  request.command(),
                  "the controller has not read the desired state from a majority of the members");
            }
          });
      waiting.clear();
      timers.startSingleTimer(new ControlMessage.ReadAgain(), settings.passInterval());
      unread = Integer.MAX_VALUE;
    }
    if (unread > 0) {
      return Behaviors.same();
    }
    context.getLog().info("controller running, {} models", state.catalog().entries().size());
    timers.startTimerWithFixedDelay(new ControlMessage.Pass(), settings.passInterval());
    soon();
    return waiting.unstashAll(Behaviors.receiveMessage(this::onMessage));
  }

  // ---- running

  private Behavior<ControlMessage> onMessage(ControlMessage message) {
    switch (message) {
      case ControlMessage.Request request -> onCommand(request.command());
      case ControlMessage.Stored stored -> onStored(stored);
      case ControlMessage.Pass pass -> pass();
      case ControlMessage.Rest rest -> {
        return rest();
      }
      case ControlMessage.AssignmentWritten written -> {
        state.written(ReplicaId.ofEntityId(written.key()));
        soon();
      }
      case ControlMessage.News news -> {
        takeIn(news);
        soon();
      }
      case ControlMessage.CatalogRead late -> {}
      case ControlMessage.AssignmentsRead late -> {}
      case ControlMessage.OrdersRead late -> {}
      case ControlMessage.ReadAgain late -> {}
    }
    return Behaviors.same();
  }

  private void takeIn(ControlMessage.News news) {
    switch (news) {
      case ControlMessage.CatalogChanged changed -> state.catalog().replicated(changed.entries());
      case ControlMessage.AssignmentsChanged changed -> state.assignmentsRead(changed.entries());
      case ControlMessage.OrdersChanged changed -> state.ordersRead(changed.entries());
      case ControlMessage.NodesChanged changed -> state.reportsAre(changed.entries());
      case ControlMessage.MembersChanged changed ->
          state.membersAre(Membership.of(cluster.state()));
    }
  }

  private void onCommand(ControlProtocol.Command command) {
    boolean changes =
        !(command instanceof ControlProtocol.ExplainPlacement)
            && !(command instanceof ControlProtocol.DryRun);
    if (changes && !state.members().isMajority()) {
      Refusals.refuse(
          command, "the controller reaches no majority of the members now: nothing is changed");
      return;
    }
    CatalogKeeper catalog = state.catalog();
    switch (command) {
      case ControlProtocol.Deploy deploy ->
          store(catalog.deploy(deploy.spec(), deploy.ifRevision()), deploy.replyTo());
      case ControlProtocol.Undeploy undeploy ->
          store(catalog.undeploy(undeploy.model(), undeploy.ifRevision()), undeploy.replyTo());
      case ControlProtocol.SetAlias alias ->
          store(
              catalog.setAlias(alias.model(), alias.alias(), alias.weights(), alias.ifRevision()),
              alias.replyTo());
      case ControlProtocol.Rollback back ->
          store(
              catalog.rollback(back.model(), back.alias(), back.ifRevision(), serves(back.model())),
              back.replyTo());
      case ControlProtocol.SetDraining draining -> setDraining(draining);
      case ControlProtocol.ExplainPlacement explain ->
          explain
              .replyTo()
              .tell(questions.explain(state.viewForQuestion(clock.millis()), explain.model()));
      case ControlProtocol.DryRun dryRun ->
          dryRun
              .replyTo()
              .tell(
                  questions.dryRun(
                      state.viewForQuestion(clock.millis()), dryRun.spec(), dryRun.lostNodes()));
      case ControlProtocol.RepositorySeen seen -> onRepository(seen);
    }
  }

  private LongPredicate serves(String model) {
    ClusterView view = state.viewForQuestion(clock.millis());
    ModelVersions versions = ModelVersions.of(view, view.observed());
    return version -> versions.ready(model, version) > 0;
  }

  private void setDraining(ControlProtocol.SetDraining command) {
    state
        .order(
            command.nodeId(),
            command.draining(),
            clock.instant(),
            clock.instant().plus(settings.drainTimeout()))
        .ifPresentOrElse(
            order -> {
              tables.put(command.nodeId(), order, command.replyTo());
              soon();
            },
            () -> command.replyTo().tell(Refusals.unknownNode(command.nodeId(), state.nodes())));
  }

  private void onRepository(ControlProtocol.RepositorySeen seen) {
    state.repositorySeen(seen);
    List<CatalogEntry> changes = state.catalog().repositorySeen(seen, state.liveNodes());
    changes.forEach(entry -> tables.put(entry, nobody()));
    if (!changes.isEmpty()) {
      soon();
    }
  }

  private void store(CatalogKeeper.Change change, ActorRef<ControlProtocol.Reply> replyTo) {
    switch (change) {
      case CatalogKeeper.Change.Refused refused ->
          replyTo.tell(new ControlProtocol.Rejected(refused.failure()));
      case CatalogKeeper.Change.Write write -> {
        tables.put(write.entry(), replyTo);
        soon();
      }
    }
  }

  private ActorRef<ControlProtocol.Reply> nobody() {
    return context.getSystem().ignoreRef();
  }

  private void onStored(ControlMessage.Stored stored) {
    stored.replyTo().tell(stored.confirmed() ? stored.accepted() : Refusals.unconfirmed());
    soon();
  }

  // ---- steps 3 to 5

  private void soon() {
    if (!timers.isTimerActive("soon")) {
      timers.startSingleTimer("soon", new ControlMessage.Pass(), settings.settle());
    }
  }

  private void pass() {
    if (!state.members().isMajority() || state.nodes().isEmpty()) {
      return;
    }
    long now = clock.millis();
    ClusterView view = state.view(now);
    if (effects.carryOut(Reconciler.reconcile(view, planner), now)) {
      soon();
    }
    drains.look(view, clock.instant());
  }

  // ---- resting

  private Behavior<ControlMessage> rest() {
    timers.cancelAll();
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof ControlMessage.Request request) {
            Refusals.refuse(request.command(), "the controller is moving to another process");
          }
          return Behaviors.same();
        });
  }
}
