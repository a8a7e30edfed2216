package io.dunlin.loadtest.fault.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A running cluster. Processes that end by themselves are started again a second later, until they
 * are told to stay down.
 */
public final class FaultCluster implements AutoCloseable {
  private static final String MAIN = "io.dunlin.cli.Main";
  private static final Duration START_PATIENCE = Duration.ofSeconds(120);

  /** Of a process that ends before it is ready. */
  private static final int STARTS_AGAIN = 2;

  private static final int LINES_TOLD = 20;
  private static final long POLL_NANOS = 100_000_000;
  private static final long RESTART_AFTER_MILLIS = 1_000;

  private final ClusterLayout layout;
  private final List<String> jvmFlags;
  private final Map<String, ServerProcess> processes = new LinkedHashMap<>();
  private final Map<String, Integer> replicas = new ConcurrentHashMap<>();
  private final Map<String, Instant> endedAt = new ConcurrentHashMap<>();
  private final ScheduledExecutorService supervisor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fault-supervisor").factory());
  private volatile Consumer<String> events = event -> {};
  private volatile boolean supervising;

  /**
   * @param logs folder for what the processes say
   * @param jvmFlags flags of their JVMs
   */
  public FaultCluster(ClusterLayout layout, Path logs, List<String> jvmFlags) throws IOException {
    this.layout = layout;
    this.jvmFlags = List.copyOf(jvmFlags);
    Files.createDirectories(logs);
    Map<String, String> environment =
        Map.of("TF_CPP_MIN_LOG_LEVEL", "2", "DUNLIN_LOG_LEVEL", "INFO");
    for (ClusterLayout.Place place : layout.places()) {
      Path log = logs.resolve(place.name() + ".log");
      Files.deleteIfExists(log);
      processes.put(place.name(), new ServerProcess(place, log, environment));
    }
    var unused =
        supervisor.scheduleWithFixedDelay(this::supervise, 100, 100, TimeUnit.MILLISECONDS);
  }

  /** Who is told what the supervisor does. */
  public void onEvent(Consumer<String> listener) {
    events = listener;
  }

  public ClusterLayout layout() {
    return layout;
  }

  public List<ServerProcess> processes() {
    return List.copyOf(processes.values());
  }

  public ServerProcess process(String name) {
    ServerProcess process = processes.get(name);
    if (process == null) {
      throw new IllegalArgumentException(
          "process: " + name + " (expected: one of " + processes.keySet() + ")");
    }
    return process;
  }

  /** REST addresses of the gateways. */
  public List<InetSocketAddress> gateways() {
    return layout.places().stream()
        .filter(ClusterLayout.Place::isGateway)
        .map(place -> new InetSocketAddress(place.host(), place.httpPort()))
        .toList();
  }

  /** How many READY replicas a {@code model/version} must have at full strength; 0 for any. */
  public void expect(String version, int ready) {
    if (ready == 0) {
      replicas.remove(version);
    } else {
      replicas.put(version, ready);
    }
  }

  /** Starts everything at once. */
  public void start() throws IOException {
    supervising = false;
    List<ServerProcess> all = processes();
    for (ServerProcess process : all) {
      start(process);
    }
    for (ServerProcess process : all) {
      awaitReady(process);
    }
    supervising = true;
  }

  /** Starts a process that is down; it joins the others. */
  public void start(ServerProcess process) throws IOException {
    int index = layout.places().indexOf(process.place());
    List<String> command = new ArrayList<>(layout.network().prefix(index));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.add("-Ddunlin.supervised=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(layout.arguments(process.place()));
    Files.createDirectories(layout.data().resolve(process.name()));
    process.start(command);
  }

  private void awaitReady(ServerProcess process) throws IOException {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    int startsLeft = STARTS_AGAIN;
    while (!process.saidReady()) {
      if (!process.isAlive()) {
        String ended = process.name() + " ended while it started: " + lastLines(process.log());
        if (startsLeft-- == 0) {
          throw new IOException(ended);
        }
        System.err.println(ended + "\nIt is started again, as a supervisor would.");
        start(process);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(process.name() + " is not ready: see " + process.log());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
  }

  private void supervise() {
    if (!supervising) {
      return;
    }
    Instant now = Instant.now();
    for (ServerProcess process : processes.values()) {
      if (!process.endedByItself()) {
        continue;
      }
      Instant since = endedAt.get(process.name());
      if (since == null) {
        endedAt.put(process.name(), now);
        events.accept(process.name() + " ended with status " + process.exitStatus());
      } else if (since.plusMillis(RESTART_AFTER_MILLIS).isBefore(now)) {
        endedAt.remove(process.name());
        try {
          start(process);
          events.accept(process.name() + " is started again");
        } catch (IOException e) {
          events.accept(process.name() + " cannot be started: " + e.getMessage());
        }
      }
    }
  }

  /** {@code kill -9} of everything at once; nothing is started again. */
  public void killAll() throws IOException {
    supervising = false;
    for (ServerProcess process : processes.values()) {
      process.kill(true);
    }
    for (ServerProcess process : processes.values()) {
      process.awaitEnd(Duration.ofSeconds(10));
    }
  }

  /** The admin API of the first gateway that runs. */
  public AdminCalls admin() {
    ClusterLayout.Place place =
        processes.values().stream()
            .filter(process -> process.place().isGateway() && process.isAlive())
            .findFirst()
            .map(ServerProcess::place)
            .orElseThrow(() -> new IllegalStateException("no gateway runs"));
    return new AdminCalls(place.host(), place.adminPort());
  }

  /** The node that holds the controller and the shard coordinator: the oldest. */
  public ServerProcess controller() throws IOException {
    try (AdminCalls admin = admin()) {
      return process(admin.get("/admin/v1/cluster").body().path("controller").asText());
    }
  }

  /** What the cluster was told to serve. */
  public Catalogue catalogue() throws IOException {
    Map<String, JsonNode> models = new HashMap<>();
    try (AdminCalls admin = admin()) {
      for (JsonNode model : admin.get("/admin/v1/models").body().path("models")) {
        String name = model.path("name").asText();
        models.put(name, admin.get("/admin/v1/models/" + name).body());
      }
    }
    return new Catalogue(models);
  }

  /** Waits until a process says that it serves. */
  public boolean awaitServing(ServerProcess process, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!process.isAlive() || !process.saidReady()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /** What is missing for full strength; empty when nothing is. */
  public Optional<String> missing() {
    Map<String, Instant> alive = new LinkedHashMap<>();
    for (ServerProcess process : processes.values()) {
      if (process.isAlive()) {
        alive.put(process.name(), process.startedAt());
      } else if (process.endedByItself()) {
        return Optional.of(process.name() + " is down");
      }
    }
    try (AdminCalls admin = admin()) {
      return Strength.missing(
          admin.get("/admin/v1/cluster").body(),
          admin.get("/admin/v1/nodes").body(),
          alive,
          replicas);
    } catch (IOException | IllegalStateException e) {
      return Optional.of("no answer from the admin API: " + e);
    }
  }

  /**
   * Waits until nothing is missing.
   *
   * @return what still is, when patience ends; empty when nothing
   */
  public Optional<String> awaitFullStrength(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<String> missing = missing();
    while (missing.isPresent() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL_NANOS);
      missing = missing();
    }
    return missing;
  }

  @Override
  public void close() {
    supervising = false;
    supervisor.shutdownNow();
    processes.values().forEach(ServerProcess::destroy);
    layout.network().close();
  }
}
