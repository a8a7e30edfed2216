package io.dunlin.node.membership;

import io.dunlin.node.allocation.AssignedReplicas;
import io.dunlin.node.allocation.AssignedShardAllocation;
import io.dunlin.node.allocation.AssignmentFollower;
import io.dunlin.node.allocation.ReplicaEnvelopes;
import io.dunlin.node.control.ControlSettings;
import io.dunlin.node.control.ModelController;
import io.dunlin.node.control.RepositoryWatcher;
import io.dunlin.node.dataport.DataPortServer;
import io.dunlin.node.dataport.DataPortSettings;
import io.dunlin.node.device.DeviceInventory;
import io.dunlin.node.execution.ExecutionObserver;
import io.dunlin.node.replica.LocalReplicas;
import io.dunlin.node.replica.ModelReplica;
import io.dunlin.node.replica.NodeEndpoint;
import io.dunlin.node.replica.ReplicaContext;
import io.dunlin.node.replica.ReplicaMemory;
import io.dunlin.node.reporting.NodeReporter;
import io.dunlin.node.runtime.ModelRuntime;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.replicated.ClusterTables;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * Everything a node runs, wired together: replicas, reporting, the controller's place, the watch.
 */
public final class NodeRuntime {
  /** The role of members that hold replicas. */
  public static final String ROLE = "node";

  private final InferenceEndpoint endpoint;
  private final ActorRef<NodeReporter.Message> reporter;
  private final CompletionStage<Set<ModelVersionId>> firstScan;
  private final Supplier<CompletionStage<Done>> handOver;

  private NodeRuntime(
      InferenceEndpoint endpoint,
      ActorRef<NodeReporter.Message> reporter,
      CompletionStage<Set<ModelVersionId>> firstScan,
      Supplier<CompletionStage<Done>> handOver) {
    this.handOver = handOver;
    this.endpoint = endpoint;
    this.reporter = reporter;
    this.firstScan = firstScan;
  }

  /**
   * Starts the node; the system must be joining a cluster under {@link #ROLE}.
   *
   * @throws IOException when the data port cannot be bound
   */
  public static NodeRuntime start(
      ActorSystem<?> system,
      NodeSettings settings,
      DataPortSettings dataPortSettings,
      ClusterTables tables,
      ModelRuntime runtime,
      DeviceInventory devices,
      LongSupplier nanoClock,
      InstantSource clock)
      throws IOException {
    LocalReplicas replicas = new LocalReplicas();
    NodeEndpoint endpoint = new NodeEndpoint(replicas);
    DataPortServer dataPort =
        DataPortServer.start(
            dataPortSettings, system.name(), settings.nodeId(), endpoint, nanoClock);
    closeOnShutdown(system, dataPort, dataPortSettings.drainTimeout());
    NodeInstruments instruments = new NodeInstruments(devices, nanoClock);
    ActorRef<NodeReporter.Message> reporter =
        system.systemActorOf(
            NodeReporter.create(
                identity(system, settings, devices, dataPort.address().getPort(), clock),
                instruments,
                settings.reportInterval(),
                tables.nodes(),
                tables.descriptions()),
            "dunlin-reporter",
            Props.empty());
    ReplicaContext context =
        new ReplicaContext(
            runtime,
            new ReplicaMemory(instruments.memoryLedger(), instruments),
            LoadThreads.start(settings.loadPermits(), settings.loadNice(), runtime),
            reporter,
            replicas,
            ExecutionObserver.NONE,
            nanoClock,
            settings.drainTimeout(),
            settings.drainNotice());
    initSharding(system, settings, tables, context);
    ActorRef<ControlProtocol.Command> controller = controller(system, tables, clock);
    CompletableFuture<Set<ModelVersionId>> firstScan = new CompletableFuture<>();
    system.systemActorOf(
        RepositoryWatcher.create(
            new RepositoryWatcher.Settings(
                settings.nodeId(),
                settings.models(),
                settings.scanInterval(),
                settings.stableFor()),
            tables.catalog(),
            system.systemActorOf(
                reportingArtifacts(controller, reporter), "dunlin-artifacts", Props.empty()),
            clock,
            firstScan),
        "dunlin-repository-watcher",
        Props.empty());
    Duration timeout = system.settings().config().getDuration("dunlin.node.hand-over-timeout");
    return new NodeRuntime(
        endpoint, reporter, firstScan, () -> handOver(system, settings.nodeId(), tables, timeout));
  }

  /** Where attempts for this node's replicas are handed in. */
  public InferenceEndpoint endpoint() {
    return endpoint;
  }

  /** The versions to serve that the first look at the model repository found. */
  public CompletionStage<Set<ModelVersionId>> firstScan() {
    return firstScan;
  }

  /**
   * Tells the cluster that this node is leaving; done when its replicas are handed over, when
   * nobody could take them, or when the time for it has passed.
   */
  public CompletionStage<Done> handOver() {
    announceDraining(true);
    return handOver.get();
  }

  /** Tells the cluster that this node is leaving, or stays after all. */
  public void announceDraining(boolean draining) {
    reporter.tell(new NodeReporter.Draining(draining));
  }

  private static CompletionStage<Done> handOver(
      ActorSystem<?> system, String nodeId, ClusterTables tables, Duration timeout) {
    CompletableFuture<Done> done = new CompletableFuture<>();
    system.systemActorOf(
        HandOver.create(nodeId, tables.nodes(), timeout, done), "dunlin-hand-over", Props.empty());
    return done;
  }

  /** Remote gateways get what they asked for before the port closes. */
  private static void closeOnShutdown(
      ActorSystem<?> system, DataPortServer dataPort, Duration drainTimeout) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "drain-data-port",
            () ->
                dataPort
                    .drain(drainTimeout, "the node is leaving")
                    .thenApply(done -> Done.getInstance()));
  }

  private static void initSharding(
      ActorSystem<?> system, NodeSettings settings, ClusterTables tables, ReplicaContext context) {
    AssignmentFollower follower = AssignmentFollower.start(system, tables);
    Address self = Cluster.get(system).selfMember().address();
    AssignedReplicas assigned =
        new AssignedReplicas(follower, self.toString(), settings.assignmentPatience());
    ClusterSharding.get(system)
        .init(
            Entity.of(
                    ModelReplica.TYPE,
                    entity ->
                        assigned.whenAssigned(
                            entity.getEntityId(),
                            () ->
                                ModelReplica.create(
                                    ReplicaId.ofEntityId(entity.getEntityId()), context)))
                .withRole(ROLE)
                .withMessageExtractor(new ReplicaEnvelopes())
                .withStopMessage(new ReplicaProtocol.Stop("its shard moves"))
                .withAllocationStrategy(
                    new AssignedShardAllocation(follower, self, settings.assignmentPatience())));
  }

  private static ActorRef<ControlProtocol.Command> controller(
      ActorSystem<?> system, ClusterTables tables, InstantSource clock) {
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(
                    ModelController.create(
                        new ModelController.Tables(
                            tables.catalog(),
                            tables.assignments(),
                            tables.orders(),
                            tables.nodes()),
                        ModelController.Replicas.sharded(ClusterSharding.get(system)),
                        ControlSettings.from(
                            system.settings().config().getConfig("dunlin.control")),
                        clock),
                    "controller")
                .withSettings(ClusterSingletonSettings.create(system).withRole(ROLE)));
  }

  /** Between the watcher and the controller: what was found is this node's to report as well. */
  private static Behavior<ControlProtocol.Command> reportingArtifacts(
      ActorRef<ControlProtocol.Command> controller, ActorRef<NodeReporter.Message> reporter) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ControlProtocol.RepositorySeen seen) {
            reporter.tell(new NodeReporter.Artifacts(versions(seen), findings(seen)));
          }
          controller.tell(command);
          return Behaviors.same();
        });
  }

  private static List<ModelVersionId> versions(ControlProtocol.RepositorySeen seen) {
    return seen.models().stream()
        .flatMap(
            model ->
                model.versions().stream()
                    .map(number -> new ModelVersionId(model.spec().name(), number)))
        .sorted()
        .toList();
  }

  private static List<NodeReport.Finding> findings(ControlProtocol.RepositorySeen seen) {
    return seen.models().stream()
        .filter(model -> !model.problem().isEmpty())
        .map(
            model ->
                new NodeReport.Finding(model.spec().name(), model.spec().source(), model.problem()))
        .toList();
  }

  private static NodeReport identity(
      ActorSystem<?> system,
      NodeSettings settings,
      DeviceInventory devices,
      int dataPort,
      InstantSource clock) {
    var self = Cluster.get(system).selfMember();
    return new NodeReport(
        settings.nodeId(),
        self.address().toString(),
        self.uniqueAddress().longUid(),
        settings.dataHost(),
        dataPort,
        settings.zone(),
        settings.labels(),
        new NodeReport.Device(
            devices.own().spec().toString(), devices.own().name(), devices.own().memoryBytes()),
        devices.host().totalBytes(),
        false,
        clock.instant(),
        List.of(),
        NodeReport.Ledger.EMPTY,
        List.of(),
        0,
        List.of("tensorflow_savedmodel"));
  }
}
