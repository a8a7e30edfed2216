package io.dunlin.cli.boot;

import com.typesafe.config.Config;
import io.dunlin.gateway.membership.GatewayRuntime;
import io.dunlin.gateway.membership.GatewaySettings;
import io.dunlin.gateway.transport.TransportSettings;
import io.dunlin.node.dataport.DataPortSettings;
import io.dunlin.node.device.DeviceException;
import io.dunlin.node.membership.NodeRuntime;
import io.dunlin.node.membership.NodeSettings;
import io.dunlin.shared.replicated.ClusterTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A running server process: its actor system, and the gateway and node in it.
 *
 * <p>The order of start: native library (in the background), actor system, membership, node,
 * gateway, ports, models. {@link #ready} completes when the process does what its roles say; {@link
 * #stop} goes back the same way.
 */
public final class DunlinProcess {
  private final ActorSystem<Void> system;
  private final ProcessSettings settings;
  private final @Nullable NodeDevice device;
  private final CompletableFuture<Ready> ready = new CompletableFuture<>();
  private volatile @Nullable GatewayRuntime gateway;
  private volatile @Nullable NodeRuntime node;
  private volatile String gaveWay = "";

  /**
   * @param http where REST is served; null without the role gateway
   * @param admin where the admin API is served; null without the role gateway
   */
  public record Ready(@Nullable InetSocketAddress http, @Nullable InetSocketAddress admin) {}

  private DunlinProcess(
      ActorSystem<Void> system, ProcessSettings settings, @Nullable NodeDevice device) {
    this.system = system;
    this.settings = settings;
    this.device = device;
  }

  /**
   * Starts the process; returns once its device is found. What fails afterwards fails {@link
   * #ready}.
   *
   * @throws DeviceException when the node's device is not there or cannot be used
   */
  public static DunlinProcess start(ProcessSettings settings, ModelProgress progress)
      throws DeviceException, InterruptedException {
    String name = UUID.randomUUID().toString();
    Config config = ClusterConfig.of(settings, name);
    NodeDevice device = null;
    if (settings.roles().contains(ProcessSettings.Role.NODE)) {
      device =
          NodeDevice.open(
              settings.device(),
              settings.deviceMemoryBytes(),
              config.getDuration("dunlin.node.pool-slice"));
      Thread preload = new Thread(device.runtime()::prepare, "dunlin-native-load");
      preload.setDaemon(true);
      preload.start();
    }
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), ClusterConfig.NAME, config);
    DunlinProcess process = new DunlinProcess(system, settings, device);
    if (device != null) {
      system.getWhenTerminated().thenRun(device.inventory()::close);
    }
    StopTimes.follow(
        CoordinatedShutdown.get(system),
        config.getConfig("pekko.coordinated-shutdown.phases"),
        System::nanoTime);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "announce-leaving",
            process::announceLeaving);
    new ClusterJoin(system, settings, name, process::giveWay)
        .joined(config.getDuration("dunlin.cluster.join-timeout"))
        .thenCompose(self -> process.startRoles(config, progress))
        .whenComplete(process::announce);
    return process;
  }

  /**
   * Done when ports are open and every model found at the start is READY or FAILED; of a node
   * alone, when the controller knows the models of its repository.
   */
  public CompletionStage<Ready> ready() {
    return ready;
  }

  /** Done when the process has stopped, for whatever reason. */
  public CompletionStage<Done> terminated() {
    return system.getWhenTerminated();
  }

  /** Why it has ended or is ending without having been asked to, for a person; empty if unknown. */
  public String endedBecause() {
    if (!gaveWay.isEmpty()) {
      return gaveWay;
    }
    return CoordinatedShutdown.get(system)
        .getShutdownReason()
        .map(DunlinProcess::inWords)
        .orElse("");
  }

  private static String inWords(CoordinatedShutdown.Reason reason) {
    if (reason.equals(CoordinatedShutdown.clusterDowningReason())) {
      return "the cluster has removed it: it could not be reached, or was on the smaller side of a"
          + " partition (it joins again when it is started)";
    }
    return reason.toString();
  }

  private void giveWay(String line) {
    gaveWay = line;
    var unused = CoordinatedShutdown.get(system).runAll(GaveWay.INSTANCE);
  }

  /** Leaves the cluster in order: no new work, finish what is there, go. May be called again. */
  public CompletionStage<Done> stop() {
    return CoordinatedShutdown.get(system).runAll(StopRequested.INSTANCE);
  }

  /**
   * The first thing a stop does, however it was asked for: say so to clients and controller, and
   * let the replicas be handed over.
   */
  private CompletionStage<Done> announceLeaving() {
    GatewayRuntime runningGateway = gateway;
    if (runningGateway != null) {
      runningGateway.startDraining();
    }
    NodeRuntime runningNode = node;
    return runningNode == null
        ? CompletableFuture.completedFuture(Done.getInstance())
        : runningNode.handOver();
  }

  private CompletionStage<Ready> startRoles(Config config, ModelProgress progress) {
    ClusterTables tables = ClusterTables.start(system);
    InstantSource clock = InstantSource.system();
    NodeRuntime localNode = device == null ? null : startNode(device, config, tables, clock);
    node = localNode;
    if (!settings.roles().contains(ProcessSettings.Role.GATEWAY)) {
      return Objects.requireNonNull(localNode)
          .firstScan()
          .thenApply(found -> new Ready(null, null));
    }
    StartupWatch watch = new StartupWatch(progress);
    CompletableFuture<Done> serving = new CompletableFuture<>();
    GatewayRuntime runtime =
        GatewayRuntime.create(
            system,
            GatewaySettings.from(
                config.getConfig("dunlin.gateway"),
                settings.bind(),
                settings.httpPort(),
                settings.adminPort(),
                settings.nodeId(),
                Runtime.getRuntime().maxMemory()),
            config.getConfig("dunlin.gateway"),
            tables,
            localNode == null ? null : localNode.endpoint(),
            TransportSettings.from(config),
            System::nanoTime,
            RandomGenerator.of("L64X128MixRandom"),
            settings.version(),
            snapshot -> {
              watch.accept(snapshot);
              completeIfServing(serving);
            });
    gateway = runtime;
    completeIfServing(serving);
    CompletionStage<Done> models =
        localNode == null ? serving : localNode.firstScan().thenCompose(watch::settled);
    return runtime
        .bind()
        .thenCombine(models, (bound, done) -> new Ready(bound.http(), bound.admin()));
  }

  /** A gateway without a node of its own is ready when its probe says so. */
  private void completeIfServing(CompletableFuture<Done> serving) {
    GatewayRuntime own = gateway;
    if (own != null && own.notReadyBecause().isEmpty()) {
      serving.complete(Done.getInstance());
    }
  }

  private NodeRuntime startNode(
      NodeDevice own, Config config, ClusterTables tables, InstantSource clock) {
    NodeSettings.Identity identity =
        new NodeSettings.Identity(
            settings.nodeId(),
            settings.models(),
            settings.zone(),
            settings.labels(),
            settings.bind());
    try {
      return NodeRuntime.start(
          system,
          NodeSettings.from(config.getConfig("dunlin.node"), identity),
          DataPortSettings.from(config),
          tables,
          own.runtime(),
          own.inventory(),
          System::nanoTime,
          clock);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "data port " + settings.dataPort() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private void announce(@Nullable Ready bound, @Nullable Throwable failure) {
    if (failure != null) {
      ready.completeExceptionally(failure);
    } else {
      ready.complete(bound);
    }
  }

  private enum GaveWay implements CoordinatedShutdown.Reason {
    INSTANCE
  }

  private enum StopRequested implements CoordinatedShutdown.Reason {
    INSTANCE
  }
}
