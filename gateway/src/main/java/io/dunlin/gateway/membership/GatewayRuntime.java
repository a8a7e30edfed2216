package io.dunlin.gateway.membership;

import com.typesafe.config.Config;
import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.http.InferenceApi;
import io.dunlin.gateway.http.InferenceServer;
import io.dunlin.gateway.http.RequestIds;
import io.dunlin.gateway.http.admin.AdminApi;
import io.dunlin.gateway.http.admin.AdminServer;
import io.dunlin.gateway.http.admin.TextSource;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.http.openinference.BatchLimits;
import io.dunlin.gateway.http.openinference.InferenceStatistics;
import io.dunlin.gateway.http.openinference.OpenInferenceApi;
import io.dunlin.gateway.http.openinference.OpenInferenceSettings;
import io.dunlin.gateway.http.openinference.RepositoryControl;
import io.dunlin.gateway.http.tfserving.TfServingApi;
import io.dunlin.gateway.http.tfserving.TfServingSettings;
import io.dunlin.gateway.metrics.GatewayMetrics;
import io.dunlin.gateway.pipeline.InferencePipeline;
import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.gateway.pipeline.TrafficTable;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.DirectoryWatcher;
import io.dunlin.gateway.routing.LabelDraws;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.gateway.transport.ConnectionObserver;
import io.dunlin.gateway.transport.RemoteEndpoints;
import io.dunlin.gateway.transport.TransportSettings;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.replicated.ClusterTables;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.jspecify.annotations.Nullable;

/** Everything a gateway runs, wired together in the order a request travels. */
public final class GatewayRuntime {
  /** Versions whose statistics are kept; the oldest make room. */
  private static final int MAX_COUNTED_VERSIONS = 4096;

  /** The role of members that take requests. */
  public static final String ROLE = "gateway";

  private final GatewaySettings settings;
  private final RoutingTables tables;
  private final ClusterPicture picture;
  private final InferenceServer inference;
  private final AdminServer admin;
  private final GatewayHealth health;
  private final Consumer<Bound> announce;

  /** The addresses that were bound. */
  public record Bound(InetSocketAddress http, InetSocketAddress admin) {}

  private GatewayRuntime(
      GatewaySettings settings,
      RoutingTables tables,
      ClusterPicture picture,
      InferenceServer inference,
      AdminServer admin,
      GatewayHealth health,
      Consumer<Bound> announce) {
    this.settings = settings;
    this.tables = tables;
    this.picture = picture;
    this.inference = inference;
    this.admin = admin;
    this.health = health;
    this.announce = announce;
  }

  /**
   * Builds the gateway; {@link #bind} opens its ports.
   *
   * @param config {@code dunlin.gateway}
   * @param local this process's own node, if it is one
   * @param transport the connections to other nodes
   * @param version of this build
   * @param observer told of every change in what this gateway sees, on the watcher's thread
   */
  public static GatewayRuntime create(
      ActorSystem<?> system,
      GatewaySettings settings,
      Config config,
      ClusterTables clusterTables,
      @Nullable InferenceEndpoint local,
      TransportSettings transport,
      LongSupplier nanoClock,
      RandomGenerator random,
      String version,
      Consumer<ClusterSnapshot> observer) {
    RoutingTables tables = new RoutingTables();
    ClusterPicture picture = new ClusterPicture();
    InstantSource clock = InstantSource.system();
    EventHistory history = new EventHistory(GatewayAnnouncer.runOf(system), clock);
    ReplicaChanges replicaChanges = new ReplicaChanges();
    ClusterEndpoints endpoints =
        endpoints(system, settings.nodeId(), local, transport, nanoClock, replicaChanges);
    GatewayMetrics metrics = new GatewayMetrics(nanoClock, () -> picture.current().orElse(null));
    TrafficTable traffics =
        new TrafficTable(settings.admission(), settings.failover().budget(), metrics.traffic());
    ReplicaRouter router =
        new ReplicaRouter(tables, endpoints, new ReplicaSelector(random), settings.health());
    InferencePipeline pipeline =
        new InferencePipeline(router, traffics, settings.failover(), timer(system), nanoClock);
    replicaChanges.tell(pipeline);
    system.systemActorOf(
        DirectoryWatcher.create(
            clusterTables,
            tables,
            snapshot -> {
              endpoints.follow(snapshot.allNodes());
              router.forgetGone();
              traffics.follow(failover(snapshot), tables.current().routes().keySet());
              pipeline.replicasChanged();
              picture.publish(snapshot);
              history.observe(snapshot);
              observer.accept(snapshot);
            }),
        "dunlin-directory-watcher",
        Props.empty());
    GatewayHealth health = new GatewayHealth(tables, picture);
    RequestBudget budget = new RequestBudget(settings.requestMemoryBytes());
    IntSupplier labelDraw = new LabelDraws(random.nextLong());
    InferenceServer inference =
        new InferenceServer(
            system,
            settings.http(),
            new TfServingApi(tables, pipeline, tfServing(config.getConfig("tfserving")), labelDraw),
            openInference(config, tables, pipeline, health, labelDraw, nanoClock, version),
            pipeline,
            budget,
            new RequestIds(random),
            metrics.responses(),
            nanoClock);
    watch(metrics, router, budget, inference, pipeline);
    AdminApi.Sources sources =
        new AdminApi.Sources(
            tables,
            picture,
            ControllerProxy.of(system),
            history,
            health::reason,
            text(metrics),
            clock);
    AdminServer admin =
        new AdminServer(
            system,
            new AdminApi(sources),
            history,
            ClusterRoutes.of(system, config.getBoolean("admin.management-writes")));
    GatewayAnnouncer.Announcement announcement =
        new GatewayAnnouncer.Announcement(settings.nodeId(), clock.instant());
    GatewayRuntime runtime =
        new GatewayRuntime(
            settings,
            tables,
            picture,
            inference,
            admin,
            health,
            bound -> GatewayAnnouncer.start(system, clusterTables.gateways(), announcement, bound));
    runtime.drainOnShutdown(system);
    return runtime;
  }

  private static ClusterEndpoints endpoints(
      ActorSystem<?> system,
      String nodeId,
      @Nullable InferenceEndpoint local,
      TransportSettings transport,
      LongSupplier nanoClock,
      ConnectionObserver changes) {
    ClusterEndpoints endpoints =
        new ClusterEndpoints(
            nodeId,
            local,
            new RemoteEndpoints(
                system.name(),
                nodeId,
                transport,
                nanoClock,
                RandomGenerator.SplittableGenerator.of("L64X128MixRandom"),
                changes));
    closeOnShutdown(system, endpoints);
    return endpoints;
  }

  private static void watch(
      GatewayMetrics metrics,
      ReplicaRouter router,
      RequestBudget budget,
      InferenceServer inference,
      InferencePipeline pipeline) {
    metrics.watch(router);
    metrics.watch(budget);
    metrics.watchConnections(inference::openConnections);
    metrics.watchWaiting(pipeline::waiting);
  }

  private static Map<String, ModelSpec.Failover> failover(ClusterSnapshot snapshot) {
    Map<String, ModelSpec.Failover> byModel = new HashMap<>();
    snapshot.catalog().values().forEach(e -> byModel.put(e.spec().name(), e.spec().failover()));
    return byModel;
  }

  private static TfServingSettings tfServing(Config config) {
    return new TfServingSettings(
        Math.toIntExact(config.getBytes("max-tensor-bytes")),
        Math.toIntExact(config.getBytes("max-response-bytes")),
        config.getBoolean("cors"));
  }

  private static InferenceApi openInference(
      Config config,
      RoutingTables tables,
      InferenceService pipeline,
      GatewayHealth health,
      IntSupplier labelDraw,
      LongSupplier nanoClock,
      String version) {
    return new OpenInferenceApi(
        tables,
        pipeline,
        OpenInferenceSettings.from(config.getConfig("openinference"), version),
        health,
        RepositoryControl.DISABLED,
        new InferenceStatistics(MAX_COUNTED_VERSIONS, InstantSource.system()),
        BatchLimits.DEFAULT,
        labelDraw,
        nanoClock);
  }

  private static void closeOnShutdown(ActorSystem<?> system, ClusterEndpoints endpoints) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceStop(),
            "close-node-connections",
            () -> {
              endpoints.close();
              return CompletableFuture.completedFuture(Done.getInstance());
            });
  }

  /** One wheel for all deadlines; 5 ms is precise enough for deadlines in milliseconds. */
  private static HashedWheelTimer timer(ActorSystem<?> system) {
    HashedWheelTimer timer =
        new HashedWheelTimer(
            new DefaultThreadFactory("dunlin-deadlines", true), 5, TimeUnit.MILLISECONDS, 1024);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "stop-deadline-timer",
            () -> {
              timer.stop();
              return CompletableFuture.completedFuture(Done.getInstance());
            });
    return timer;
  }

  /**
   * Before the port is closed: not ready, and clients are told to close. Answers already carry
   * {@code Connection: close}, so open connections end one after the other; the wait is over when
   * none is left, or at its end.
   */
  private void drainOnShutdown(ActorSystem<?> system) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "drain-clients",
            () -> {
              startDraining();
              return inference.awaitClientsGone(settings.drainWait());
            });
  }

  /** Everything counted and measured, for {@code GET /metrics}. */
  private static TextSource text(GatewayMetrics metrics) {
    return new TextSource() {
      @Override
      public String contentType() {
        return GatewayMetrics.CONTENT_TYPE;
      }

      @Override
      public String text() {
        return metrics.text();
      }
    };
  }

  /** Opens the admin port, then the inference port; fails when one is taken. */
  public CompletionStage<Bound> bind() {
    return admin
        .bind(settings.adminHost(), settings.adminPort(), settings.http().shutdownDeadline())
        .thenCompose(
            adminBinding ->
                inference.bind().thenApply(httpBinding -> bound(httpBinding, adminBinding)))
        .thenApply(
            bound -> {
              announce.accept(bound);
              return bound;
            });
  }

  private static Bound bound(ServerBinding http, ServerBinding admin) {
    return new Bound(http.localAddress(), admin.localAddress());
  }

  /** The models this gateway can reach. */
  public RoutingTables tables() {
    return tables;
  }

  /** What this gateway sees of the cluster; null until it has joined. */
  public @Nullable ClusterSnapshot cluster() {
    return picture.current().orElse(null);
  }

  /** Why this gateway should get no traffic now; empty when it should. */
  public String notReadyBecause() {
    return health.reason();
  }

  /** Says not ready, and asks clients to close their connections after the next answer. */
  public void startDraining() {
    health.startDraining();
    inference.startDraining();
  }
}
