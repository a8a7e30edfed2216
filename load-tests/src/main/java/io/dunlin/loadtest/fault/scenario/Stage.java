package io.dunlin.loadtest.fault.scenario;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dunlin.loadtest.fault.cluster.AdminCalls;
import io.dunlin.loadtest.fault.cluster.FaultCluster;
import io.dunlin.loadtest.fault.cluster.ModelFolder;
import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.cluster.SmallDisk;
import io.dunlin.loadtest.fault.oracle.Ended;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario works with during one repeat: the cluster, its models, and a record of what it
 * did and what was wrong. Events may come from other threads.
 */
public final class Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final FaultCluster cluster;
  private final ModelFolder models;
  private final @Nullable SmallDisk disk;
  private final int repeat;
  private final List<Event> events = new ArrayList<>();
  private final List<String> objections = new ArrayList<>();
  private final List<Excuse> excuses = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private volatile long startNanos = System.nanoTime();
  private long faultNanos = -1;
  private long fullStrengthNanos = -1;

  /** Something that happened, that many nanoseconds after the run began. */
  public record Event(long atNanos, String text) {}

  /** Requests for which nobody was there to answer. */
  private record Excuse(String reason, Predicate<Ended> which) {}

  /** Looks at how all requests ended; says what is wrong. */
  @FunctionalInterface
  public interface Check {
    Optional<String> objection(List<Ended> all);
  }

  /**
   * @param repeat from 0
   */
  public Stage(FaultCluster cluster, ModelFolder models, @Nullable SmallDisk disk, int repeat) {
    this.cluster = cluster;
    this.models = models;
    this.disk = disk;
    this.repeat = repeat;
  }

  /**
   * The load begins.
   *
   * @param nanos what {@link System#nanoTime} was then: the run's instant 0
   */
  public void begin(long nanos) {
    startNanos = nanos;
  }

  public FaultCluster cluster() {
    return cluster;
  }

  public ModelFolder models() {
    return models;
  }

  public SmallDisk disk() {
    if (disk == null) {
      throw new IllegalStateException("no small disk (expected: a setting with one)");
    }
    return disk;
  }

  /** A node, another one in each repeat. */
  ServerProcess someNode() {
    return cluster.process("node-" + (repeat % cluster.layout().nodes() + 1));
  }

  ServerProcess someGateway() {
    return cluster.process("gateway-" + (repeat % cluster.layout().gateways() + 1));
  }

  /**
   * A test model as version 1 of a model in the nodes' repository, with that many replicas, the
   * latest version served.
   */
  public void serve(String model, String testModel, int replicas) throws IOException {
    serve(model, testModel, replicas, "");
  }

  /**
   * The same.
   *
   * @param more lines for its {@code model.yaml}
   */
  void serve(String model, String testModel, int replicas, String more) throws IOException {
    models.spec(model, "replicas: {min: " + replicas + ", max: " + replicas + "}\n" + more);
    models.version(model, 1, testModel);
    cluster.expect(model + "/1", replicas);
  }

  /** The same by the admin API, from a folder outside the repository. */
  void deploy(String model, String testModel, int replicas) throws IOException {
    ModelFolder outside =
        new ModelFolder(models.testModels(), models.root().resolveSibling("deployed"));
    outside.version(model, 1, testModel);
    String source =
        JsonNodeFactory.instance.textNode(outside.root().resolve(model).toString()).toString();
    change(
        "PUT",
        "/admin/v1/models/" + model,
        "{\"source\": %s, \"replicas\": {\"min\": %d, \"max\": %d}}"
            .formatted(source, replicas, replicas));
    cluster.expect(model + "/1", replicas);
  }

  /** Writes down what was done. */
  public synchronized void note(String text) {
    events.add(new Event(System.nanoTime() - startNanos, text));
  }

  /** The same, and from here on it counts as the fault, when nothing did before. */
  public synchronized void fault(String text) {
    if (faultNanos < 0) {
      faultNanos = System.nanoTime() - startNanos;
    }
    note(text);
  }

  /** Writes down what should not be; the scenario has failed. */
  synchronized void object(String text) {
    objections.add(text);
    note("WRONG: " + text);
  }

  /**
   * Requests that may fail: those for which nobody was there to answer. What was told and is not so
   * is never excused.
   *
   * @param reason for the report
   */
  synchronized void excuse(String reason, Predicate<Ended> which) {
    excuses.add(new Excuse(reason, which));
  }

  /** A check at the end of the run. */
  public synchronized void check(Check check) {
    checks.add(check);
  }

  /** Nanoseconds since the run began. */
  public long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    long left = time.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = until - System.nanoTime();
    }
  }

  /** Waits for full strength and writes down when it was there. */
  void awaitFullStrength() {
    Optional<String> missing = cluster.awaitFullStrength(PATIENCE);
    if (missing.isPresent()) {
      object("not at full strength after " + PATIENCE.toSeconds() + " s: " + missing.get());
    } else {
      synchronized (this) {
        fullStrengthNanos = System.nanoTime() - startNanos;
      }
      note("full strength");
    }
  }

  /** Waits until a process that was killed is there again and says that it serves. */
  void awaitServing(ServerProcess process) throws IOException {
    if (cluster.awaitServing(process, PATIENCE)) {
      note(process.name() + " says that it serves");
    } else {
      object(process.name() + " does not serve after " + PATIENCE.toSeconds() + " s");
    }
  }

  /** Waits until a process has ended, which must be with status 0. */
  void awaitCleanEnd(ServerProcess process, Duration patience) {
    if (!process.awaitEnd(patience)) {
      object(process.name() + " has not ended after " + patience.toSeconds() + " s");
    } else if (process.exitStatus() != 0) {
      object(process.name() + " ended with status " + process.exitStatus() + " (expected: 0)");
    } else {
      note(process.name() + " has ended with status 0");
    }
  }

  /**
   * Calls the admin API.
   *
   * @return whether it was done; what else came is an objection
   */
  boolean change(String method, String path, String body) throws IOException {
    try (AdminCalls admin = cluster.admin()) {
      AdminCalls.Reply reply = admin.change(method, path, body);
      if (!reply.isDone()) {
        object(method + " " + path + ": " + reply);
      }
      return reply.isDone();
    }
  }

  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** What was wrong, with what the checks say of the requests. */
  public synchronized List<String> objections(List<Ended> all) {
    List<String> found = new ArrayList<>(objections);
    checks.forEach(check -> check.objection(all).ifPresent(found::add));
    return found;
  }

  /** Why a request may have failed; empty when it may not. */
  public synchronized Optional<String> excuse(Ended request) {
    if (request.verdict().isLie()) {
      return Optional.empty();
    }
    return excuses.stream()
        .filter(excuse -> excuse.which().test(request))
        .map(Excuse::reason)
        .findFirst();
  }

  /** When the fault began; at the end of the run when there was none. */
  public synchronized long faultNanos() {
    return faultNanos < 0 ? System.nanoTime() - startNanos : faultNanos;
  }

  /** From the fault to full strength; empty when that was not reached. */
  public synchronized Optional<Duration> timeToFullStrength() {
    return faultNanos < 0 || fullStrengthNanos < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(fullStrengthNanos - faultNanos));
  }
}
