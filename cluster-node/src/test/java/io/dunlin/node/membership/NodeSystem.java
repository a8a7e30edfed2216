package io.dunlin.node.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.node.dataport.DataPortSettings;
import io.dunlin.node.device.DeviceInventory;
import io.dunlin.node.device.DeviceSpec;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.replicated.ClusterTables;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.jspecify.annotations.Nullable;

/** A whole node in this JVM, with an actor system of its own and no TensorFlow. */
final class NodeSystem implements AutoCloseable {
  private static final String TIMINGS =
      """
      pekko.loglevel = WARNING
      pekko.log-dead-letters = off
      pekko.cluster.roles = [node]
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.cluster.gossip-interval = 100ms
      pekko.cluster.distributed-data.gossip-interval = 200ms
      pekko.coordinated-shutdown.run-by-actor-system-terminate = off
      dunlin.node.repository { scan-interval = 200ms, stable-for = 100ms }
      dunlin.node { load-nice = 0, load-permits = 4, drain-notice = 200ms }
      dunlin.node.data-port { budget-bytes = 64 MiB, max-payload-bytes = 1 MiB }
      """;

  private final String id;
  private final ActorSystem<Void> system;
  private final ActorRef<ControlProtocol.Command> controller;
  private final NodeRuntime runtime;
  private volatile Map<String, NodeReport> nodes = Map.of();

  private NodeSystem(
      String id,
      ActorSystem<Void> system,
      ActorRef<ControlProtocol.Command> controller,
      NodeRuntime runtime) {
    this.id = id;
    this.system = system;
    this.controller = controller;
    this.runtime = runtime;
  }

  /**
   * Starts a node; returns when it is a member.
   *
   * @param seed a member, or null to begin a cluster
   * @param overrides settings of this run, in HOCON
   */
  static NodeSystem start(String id, @Nullable NodeSystem seed, String overrides) throws Exception {
    Config config =
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(TIMINGS))
            .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "dunlin", config);
    Cluster cluster = Cluster.get(system);
    Cluster first = seed == null ? cluster : Cluster.get(seed.system);
    cluster.manager().tell(Join.create(first.selfMember().address()));
    await("member " + id, () -> cluster.selfMember().status() == MemberStatus.up());
    ClusterTables tables = ClusterTables.start(system);
    NodeRuntime runtime =
        NodeRuntime.start(
            system,
            NodeSettings.from(
                config.getConfig("dunlin.node"),
                new NodeSettings.Identity(id, null, "", Map.of(), "127.0.0.1")),
            DataPortSettings.from(config),
            tables,
            new EchoRuntime(),
            DeviceInventory.open(new DeviceSpec.Cpu(), OptionalLong.of(1L << 30), ""),
            System::nanoTime,
            InstantSource.system());
    NodeSystem node = new NodeSystem(id, system, controller(system), runtime);
    node.follow(tables);
    await("report of " + id, () -> node.nodes.containsKey(id));
    return node;
  }

  /** The node has started the controller's singleton; this finds its proxy. */
  private static ActorRef<ControlProtocol.Command> controller(ActorSystem<?> system) {
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(Behaviors.<ControlProtocol.Command>empty(), "controller")
                .withSettings(ClusterSingletonSettings.create(system).withRole(NodeRuntime.ROLE)));
  }

  private void follow(ClusterTables tables) {
    Behavior<ReplicatedTable.Snapshot<NodeReport>> behavior =
        Behaviors.receiveMessage(
            snapshot -> {
              nodes = snapshot.entries();
              return Behaviors.same();
            });
    tables
        .nodes()
        .tell(
            new ReplicatedTable.Subscribe<>(
                system.systemActorOf(behavior, "test-nodes", Props.empty())));
  }

  String id() {
    return id;
  }

  /** READY replicas of members, each with its node, as this node sees them. */
  Map<ReplicaId, String> ready() {
    Map<ReplicaId, String> ready = new TreeMap<>();
    for (NodeReport node : nodes.values()) {
      if (isMember(node)) {
        node.replicas().stream()
            .filter(replica -> replica.state() == ReplicaState.READY)
            .forEach(replica -> ready.put(replica.replica(), node.nodeId()));
      }
    }
    return ready;
  }

  /** The nodes with a READY replica of a version, sorted; one that has two is there twice. */
  List<String> readyNodes(ModelVersionId version) {
    return ready().entrySet().stream()
        .filter(replica -> replica.getKey().version().equals(version))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  private boolean isMember(NodeReport node) {
    for (Member member : Cluster.get(system).state().getMembers()) {
      if (member.address().toString().equals(node.address())) {
        return true;
      }
    }
    return false;
  }

  ControlProtocol.Reply ask(
      Function<ActorRef<ControlProtocol.Reply>, ControlProtocol.Command> command) {
    return AskPattern.<ControlProtocol.Command, ControlProtocol.Reply>ask(
            controller, command::apply, Duration.ofSeconds(20), system.scheduler())
        .toCompletableFuture()
        .join();
  }

  InferenceReply infer(ReplicaId replica, InferenceRequest request) {
    CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
    var unused = runtime.endpoint().infer(replica, request, reply::complete);
    return reply.join();
  }

  CompletionStage<Done> handOver() {
    return runtime.handOver();
  }

  /** Takes a node out of the cluster as if it had been found dead. */
  void down(NodeSystem dead) {
    Cluster.get(system).manager().tell(new Down(Cluster.get(dead.system).selfMember().address()));
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(30), condition);
  }

  static void await(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + patience + ": " + Objects.requireNonNull(what));
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
