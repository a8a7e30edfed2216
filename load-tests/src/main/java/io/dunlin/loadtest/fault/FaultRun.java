package io.dunlin.loadtest.fault;

import io.dunlin.loadtest.fault.cluster.ClusterLayout;
import io.dunlin.loadtest.fault.cluster.FaultCluster;
import io.dunlin.loadtest.fault.cluster.ModelFolder;
import io.dunlin.loadtest.fault.cluster.Namespaces;
import io.dunlin.loadtest.fault.cluster.Network;
import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.cluster.SmallDisk;
import io.dunlin.loadtest.fault.driver.DriverPlan;
import io.dunlin.loadtest.fault.driver.NumberedDriver;
import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Questions;
import io.dunlin.loadtest.fault.report.RunResult;
import io.dunlin.loadtest.fault.scenario.Scenario;
import io.dunlin.loadtest.fault.scenario.Setting;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A cluster made for one scenario, and its repeats on it. */
public final class FaultRun implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration AT_REST = Duration.ofSeconds(4);
  private static final Duration TAIL = Duration.ofSeconds(2);
  private static final Duration START_PATIENCE = Duration.ofSeconds(120);
  private static final int MAX_CONNECTIONS = 2_000;

  private final Scenario scenario;
  private final double perSecond;
  private final Duration atLeast;
  private final FaultCluster cluster;
  private final ModelFolder models;
  private final @Nullable SmallDisk disk;
  private int done;

  private FaultRun(
      Scenario scenario,
      FaultSettings settings,
      FaultCluster cluster,
      ModelFolder models,
      @Nullable SmallDisk disk,
      int done) {
    this.scenario = scenario;
    this.perSecond = settings.perSecond();
    this.atLeast = settings.atLeast();
    this.cluster = cluster;
    this.models = models;
    this.disk = disk;
    this.done = done;
  }

  /**
   * Starts the scenario's cluster and waits until it is at full strength.
   *
   * @param done repeats that are done already, on other clusters
   */
  public static FaultRun start(Scenario scenario, FaultSettings settings, int done)
      throws IOException {
    Setting setting = scenario.setting();
    Path work = settings.output().resolve("work").resolve(scenario.name());
    ModelFolder.delete(work);
    Path data = Files.createDirectories(work.resolve("data"));
    ModelFolder models =
        new ModelFolder(
            settings.home().resolve("examples/test-models"),
            Files.createDirectories(work.resolve("models")));
    SmallDisk disk =
        setting.diskMebibytes() > 0 ? SmallDisk.mount(data, setting.diskMebibytes()) : null;
    Network network =
        setting.namespaces()
            ? Namespaces.create(setting.nodes() + setting.gateways())
            : Network.loopback();
    FaultCluster cluster =
        new FaultCluster(
            new ClusterLayout(
                setting.nodes(),
                setting.gateways(),
                models.root(),
                data,
                settings.firstPort(),
                network),
            settings.output().resolve("logs").resolve(scenario.name()),
            settings.jvmFlags());
    FaultRun run = new FaultRun(scenario, settings, cluster, models, disk, done);
    try {
      cluster.start();
      // Models come when all nodes are there, or the first node would get every replica.
      run.awaitStrength();
      scenario.prepare(run.stage());
      run.awaitStrength();
      run.load(WARM_UP, run.stage());
      return run;
    } catch (IOException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** What every process says goes here. */
  public List<Path> logs() {
    return cluster.processes().stream().map(ServerProcess::log).toList();
  }

  /** Load, the fault in the middle, and how every request ended. */
  public RunResult repeat() throws IOException {
    awaitStrength();
    Stage stage = stage();
    done++;
    stage.check(all -> otherVersion(all, scenario.versions()));
    cluster.onEvent(stage::note);
    scenario.ready(stage);
    NumberedDriver driver = NumberedDriver.start(plan());
    Instant startedAt = Instant.now().minusNanos(System.nanoTime() - driver.startNanos());
    stage.begin(driver.startNanos());
    List<Ended> all;
    try {
      rest(AT_REST);
      scenario.act(stage);
      rest(TAIL);
      rest(atLeast.minusNanos(System.nanoTime() - driver.startNanos()));
    } finally {
      all = driver.stop();
    }
    return RunResult.of(
        scenario.name(), done, startedAt, scenario.waitGoal(), stage, driver.longestStall(), all);
  }

  /** Every right answer is of a version that is there; an error that is right names none. */
  private static Optional<String> otherVersion(List<Ended> all, Set<Long> versions) {
    return all.stream()
        .filter(request -> request.verdict().isRight() && request.version() != 0)
        .filter(request -> !versions.contains(request.version()))
        .findFirst()
        .map(
            request ->
                Questions.requestId(request.number())
                    + " was answered by version "
                    + request.version()
                    + " (expected: one of "
                    + versions
                    + ")");
  }

  private void awaitStrength() throws IOException {
    Optional<String> missing = cluster.awaitFullStrength(START_PATIENCE);
    if (missing.isPresent()) {
      throw new IOException(scenario.name() + ": the cluster does not come up: " + missing.get());
    }
  }

  /** Load whose answers do not count: classes are loaded, code is compiled. */
  private void load(Duration time, Stage stage) throws IOException {
    scenario.ready(stage);
    NumberedDriver driver = NumberedDriver.start(plan());
    try {
      rest(time);
    } finally {
      driver.stop();
    }
  }

  private Stage stage() {
    return new Stage(cluster, models, disk, done);
  }

  private DriverPlan plan() {
    return new DriverPlan(
        cluster.gateways(),
        new Questions(scenario.questions(), DEADLINE),
        perSecond,
        MAX_CONNECTIONS,
        scenario.clientsTryAgain());
  }

  private static void rest(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    long left = time.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = until - System.nanoTime();
    }
  }

  @Override
  public void close() {
    cluster.close();
    if (disk != null) {
      disk.close();
    }
  }
}
