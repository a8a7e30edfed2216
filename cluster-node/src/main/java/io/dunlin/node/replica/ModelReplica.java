package io.dunlin.node.replica;

import io.dunlin.node.execution.ReplicaExecutor;
import io.dunlin.node.reporting.NodeReporter;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ReplicaProtocol;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * One replica: a sharded entity that loads a model version, serves it, and lets it go.
 *
 * <pre>
 * idle      Start -> pending                         Stop -> ends
 * pending   permit granted -> loading                Stop -> ends, the load is abandoned
 * loading   loaded -> warming    failed -> failed    Stop -> ends, what gets loaded is closed
 * warming   warmed -> ready      failed -> failed    Stop -> unloading
 * ready     Stop -> leaving      Reconfigure         attempts served
 * leaving   every member knows, or notice is over -> draining     attempts served
 * draining  queue empty or deadline -> unloading     attempts refused
 * unloading memory released -> ends
 * failed    Start -> pending (a retry)               Stop -> ends
 * </pre>
 *
 * A stopping replica is DRAINING to the cluster from the start, but refuses nothing until the
 * gateways have been told: whoever routed to it in good faith is served.
 *
 * <p>Attempts do not come here: {@link LocalReplicas} holds what becomes of them in each state. The
 * states reported to the cluster are those of {@link ReplicaState}.
 */
public final class ModelReplica {
  /** The entity type; entity id and shard id are {@link ReplicaId#entityId()}. */
  public static final EntityTypeKey<ReplicaProtocol.Command> TYPE =
      EntityTypeKey.create(ReplicaProtocol.Command.class, "replica");

  /** What the actor understands: the shared commands and its own signals. */
  public sealed interface Message {}

  /** A command that came through sharding. */
  private record Request(ReplicaProtocol.Command command) implements Message {}

  /** The actor's own signals; one that arrives in a state that does not wait for it is stale. */
  private sealed interface Progress extends Message {}

  private record PermitGranted() implements Progress {}

  private record Loaded() implements Progress {}

  private record Warmed(long loadNanos) implements Progress {}

  private record LoadFailed(String reason) implements Progress {}

  private record Sweep() implements Progress {}

  private record Noticed(boolean everywhere) implements Progress {}

  private record Drained() implements Progress {}

  private record Unloaded() implements Progress {}

  private record LoadSignals(ActorRef<Message> self) implements ReplicaLoading.Events {
    @Override
    public void permitGranted() {
      self.tell(new PermitGranted());
    }

    @Override
    public void loaded() {
      self.tell(new Loaded());
    }

    @Override
    public void warmed(long loadNanos) {
      self.tell(new Warmed(loadNanos));
    }

    @Override
    public void failed(String reason) {
      self.tell(new LoadFailed(reason));
    }
  }

  private static final LocalReplicas.Taker NOT_STARTED =
      new LocalReplicas.Refusing(FailureCode.REPLICA_GONE, "is not started yet");

  /** How often requests that expired behind busy lanes are answered. */
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(20);

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final ReplicaId replica;
  private final ReplicaContext node;
  private final ReplicaLoading.Events events;

  /** Hears that a report was written; an unconfirmed one is left to the timer. */
  private final ActorRef<NodeReporter.Written> writes;

  private long loadMillis;

  /** Of the catalog entry whose spec it follows. */
  private long revision;

  private ModelReplica(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      ReplicaId replica,
      ReplicaContext node) {
    this.context = context;
    this.timers = timers;
    this.replica = replica;
    this.node = node;
    this.writes =
        context.messageAdapter(
            NodeReporter.Written.class, written -> new Noticed(written.everywhere()));
    this.events = new LoadSignals(context.getSelf());
  }

  public static Behavior<ReplicaProtocol.Command> create(ReplicaId replica, ReplicaContext node) {
    Behavior<Message> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      node.replicas().register(replica, context.getSelf(), NOT_STARTED);
                      return new ModelReplica(context, timers, replica, node).idle();
                    }));
    return Behaviors.transformMessages(
        ReplicaProtocol.Command.class,
        behavior,
        match -> match.match(ReplicaProtocol.Command.class, Request::new));
  }

  // ---- states

  private Behavior<Message> idle() {
    return state(
        "idle",
        command ->
            switch (command) {
              case ReplicaProtocol.Start start -> load(start);
              case ReplicaProtocol.Stop stop -> end();
              case ReplicaProtocol.Reconfigure reconfigure -> Behaviors.same();
            },
        stale -> Behaviors.same(),
        () -> {});
  }

  /** PENDING, LOADING and WARMING: the load task is under way. */
  private Behavior<Message> loading(ModelSpec spec, ReplicaLoading task) {
    return state(
        "loading",
        command ->
            switch (command) {
              case ReplicaProtocol.Start start -> Behaviors.same();
              case ReplicaProtocol.Stop stop -> abandon(task);
              case ReplicaProtocol.Reconfigure change -> reconfigure(change, task);
            },
        progress ->
            switch (progress) {
              case PermitGranted granted -> report(ReplicaState.LOADING);
              case Loaded loaded -> report(ReplicaState.WARMING);
              case Warmed warmed -> ready(spec, task.model(), warmed.loadNanos());
              case LoadFailed failure -> failed(failure.reason());
              case Sweep stale -> Behaviors.same();
              case Noticed stale -> Behaviors.same();
              case Drained stale -> Behaviors.same();
              case Unloaded stale -> Behaviors.same();
            },
        task::abandon);
  }

  private Behavior<Message> serving(ReplicaExecutor executor, ResidentModel model) {
    return state(
        "serving",
        command ->
            switch (command) {
              case ReplicaProtocol.Start start -> Behaviors.same();
              case ReplicaProtocol.Stop stop -> leave(executor, model);
              case ReplicaProtocol.Reconfigure change -> reconfigure(change, executor);
            },
        progress -> {
          if (progress instanceof Sweep) {
            executor.sweep();
          }
          return Behaviors.same();
        },
        () -> release(executor, model));
  }

  /** Reported DRAINING, and still serving until that is known everywhere. */
  private Behavior<Message> leaving(ReplicaExecutor executor, ResidentModel model) {
    return state(
        "leaving",
        command -> Behaviors.same(),
        progress -> {
          if (progress instanceof Sweep) {
            executor.sweep();
          }
          return progress instanceof Noticed notice && notice.everywhere()
              ? drain(executor, model)
              : Behaviors.same();
        },
        () -> release(executor, model));
  }

  private Behavior<Message> draining(ReplicaExecutor executor, ResidentModel model) {
    return state(
        "draining",
        command -> Behaviors.same(),
        progress -> {
          if (progress instanceof Sweep) {
            executor.sweep();
          }
          return progress instanceof Drained ? unload(executor, model) : Behaviors.same();
        },
        () -> release(executor, model));
  }

  private Behavior<Message> unloading() {
    return state(
        "unloading",
        command -> Behaviors.same(),
        progress -> progress instanceof Unloaded ? end() : Behaviors.same(),
        () -> {});
  }

  private Behavior<Message> broken() {
    return state(
        "failed",
        command ->
            switch (command) {
              case ReplicaProtocol.Start start -> load(start);
              case ReplicaProtocol.Stop stop -> end();
              case ReplicaProtocol.Reconfigure reconfigure -> Behaviors.same();
            },
        stale -> Behaviors.same(),
        () -> {});
  }

  // ---- transitions

  private Behavior<Message> load(ReplicaProtocol.Start start) {
    ModelSpec spec = start.spec();
    revision = start.revision();
    loadMillis = 0;
    attemptsGoTo(new LocalReplicas.Refusing(FailureCode.UNAVAILABLE, "is still loading"));
    report(ReplicaState.PENDING);
    ReplicaLoading task = new ReplicaLoading(replica, spec, node, events);
    node.loadExecutor().execute(task);
    return loading(spec, task);
  }

  private Behavior<Message> ready(ModelSpec spec, ResidentModel model, long loadNanos) {
    ReplicaExecutor executor =
        ReplicaExecutor.start(replica, model.loaded(), spec, node.nanoClock(), node.observer());
    attemptsGoTo(new LocalReplicas.Serving(executor));
    node.reporter().tell(new NodeReporter.Described(model.loaded().description()));
    node.reporter().tell(new NodeReporter.Serving(replica, () -> WorkDone.of(executor.stats())));
    this.loadMillis = loadNanos / 1_000_000;
    report(ReplicaState.READY);
    context.getLog().info("{} READY after {} ms", replica, loadNanos / 1_000_000);
    timers.startTimerWithFixedDelay(new Sweep(), SWEEP_INTERVAL);
    return serving(executor, model);
  }

  /** Takes effect when it is READY; the next report says so. */
  private Behavior<Message> reconfigure(ReplicaProtocol.Reconfigure change, ReplicaLoading task) {
    revision = change.revision();
    return loading(change.spec(), task);
  }

  private Behavior<Message> reconfigure(
      ReplicaProtocol.Reconfigure change, ReplicaExecutor executor) {
    revision = change.revision();
    executor.reconfigure(change.spec());
    return report(ReplicaState.READY);
  }

  private Behavior<Message> failed(String reason) {
    context.getLog().warn("{} FAILED: {}", replica, reason);
    attemptsGoTo(new LocalReplicas.Refusing(FailureCode.UNAVAILABLE, "failed: " + reason));
    report(ReplicaState.FAILED, reason);
    return broken();
  }

  private Behavior<Message> abandon(ReplicaLoading task) {
    task.abandon();
    return end();
  }

  private Behavior<Message> leave(ReplicaExecutor executor, ResidentModel model) {
    node.reporter()
        .tell(new NodeReporter.ReplicaChanged(reported(ReplicaState.DRAINING, ""), writes));
    timers.startSingleTimer(new Noticed(true), node.drainNotice());
    return leaving(executor, model);
  }

  private Behavior<Message> drain(ReplicaExecutor executor, ResidentModel model) {
    Deadline deadline = Deadline.after(node.nanoClock().getAsLong(), node.drainTimeout());
    context.pipeToSelf(executor.drain(deadline), (done, failure) -> new Drained());
    return draining(executor, model);
  }

  private Behavior<Message> unload(ReplicaExecutor executor, ResidentModel model) {
    report(ReplicaState.UNLOADING);
    var self = context.getSelf();
    node.loadExecutor()
        .execute(
            () -> {
              executor.close();
              model.close();
              self.tell(new Unloaded());
            });
    return unloading();
  }

  private Behavior<Message> end() {
    return Behaviors.stopped();
  }

  // ---- helpers

  private void attemptsGoTo(LocalReplicas.Taker taker) {
    node.replicas().take(replica, context.getSelf(), taker);
  }

  private interface On<M> {
    Behavior<Message> apply(M message);
  }

  /** A state: what each kind of message does in it, and what its end must release. */
  private Behavior<Message> state(
      String name,
      On<ReplicaProtocol.Command> onCommand,
      On<Progress> onProgress,
      Runnable onStop) {
    return Behaviors.receive(
        (ctx, message) ->
            switch (message) {
              case Request request -> onCommand.apply(request.command());
              case Progress progress -> onProgress.apply(progress);
            },
        (ctx, signal) -> onSignal(name, signal, onStop));
  }

  private Behavior<Message> onSignal(String name, Signal signal, Runnable onStop) {
    if (signal instanceof PostStop) {
      context.getLog().debug("{} ends in state {}", replica, name);
      node.replicas().unregister(replica, context.getSelf());
      onStop.run();
      node.reporter().tell(new NodeReporter.ReplicaEnded(replica));
    }
    return Behaviors.same();
  }

  /** The actor was stopped while it served: nothing queued is lost without an answer. */
  private void release(ReplicaExecutor executor, ResidentModel model) {
    node.loadExecutor()
        .execute(
            () -> {
              executor.close();
              model.close();
            });
  }

  private Behavior<Message> report(ReplicaState state) {
    return report(state, "");
  }

  private Behavior<Message> report(ReplicaState state, String reason) {
    node.reporter().tell(new NodeReporter.ReplicaChanged(reported(state, reason)));
    return Behaviors.same();
  }

  /** Memory and work are the reporter's to fill in. */
  private ReplicaReport reported(ReplicaState state, String reason) {
    return new ReplicaReport(
        replica, state, reason, loadMillis, 0, 0, ReplicaReport.Work.NONE, revision);
  }
}
