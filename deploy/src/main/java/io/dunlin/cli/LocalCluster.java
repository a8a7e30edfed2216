package io.dunlin.cli;

import io.dunlin.node.device.HostMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A cluster on one machine: one gateway process and N node processes, watched by this one.
 *
 * <pre>
 * start     all nodes at once; they agree among themselves which begins the cluster (Formation).
 *           The gateway when they are ready, so that it knows their models from its first look
 * running   a process that ends by itself is started again, later each time (RestartBackoff)
 * stop      Ctrl-C, SIGTERM: the gateway ends first, then the nodes; status 0 when all ended cleanly
 * killed    the children see their pipes close and end themselves (ParentWatch)
 * </pre>
 *
 * <p>All state is touched by one thread, the supervisor's executor.
 */
final class LocalCluster {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final String READY = "dunlin ready";

  private final Terminal terminal;
  private final ClusterPlan plan;
  private final Function<List<String>, List<String>> command;
  private final ScheduledExecutorService supervisor =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("supervisor").factory());
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final Map<String, Child> running = new HashMap<>();
  private final Map<String, Long> startedNanos = new HashMap<>();
  private final Map<String, RestartBackoff> backoffs = new HashMap<>();
  private final Set<String> ready = new HashSet<>();

  /** Told to end. Once only: a process that is asked a second time ends at once, not in order. */
  private final Set<String> asked = new HashSet<>();

  private String readyLine = READY;
  private boolean announced;
  private boolean stopping;
  private int status;

  LocalCluster(Terminal terminal, ServeOptions options, int nodes) {
    this(terminal, options, nodes, MemoryShares.of(HostMemory.read(), nodes));
  }

  private LocalCluster(Terminal terminal, ServeOptions options, int nodes, MemoryShares shares) {
    this(
        terminal,
        new ClusterPlan(options, nodes, shares),
        arguments -> ChildJvm.command(arguments, shares.heapBytes()));
  }

  /**
   * @param command makes the command line of a child from its arguments
   */
  LocalCluster(Terminal terminal, ClusterPlan plan, Function<List<String>, List<String>> command) {
    this.terminal = terminal;
    this.plan = plan;
    this.command = command;
  }

  /** Runs until it is stopped, or a process cannot be brought up. */
  int run() {
    Server.checkModels(plan.options());
    if (plan.options().clusterPort() == 0) {
      throw new CliException("--cluster-port: 0 (expected: a port, when there are --nodes)");
    }
    Ports.check(plan.options().bind(), plan.ports());
    terminal
        .out()
        .println(
            terminal.bold("dunlin " + Version.current())
                + " · local cluster: gateway + "
                + Amounts.count(plan.nodes(), "node")
                + " ("
                + Machine.cores()
                + ")");
    StopSignals.onStop(this::stop);
    ParentWatch.start(this::stop);
    return supervise();
  }

  int supervise() {
    supervisor.execute(() -> plan.nodeNames().forEach(this::start));
    try {
      return ended.join();
    } finally {
      supervisor.shutdownNow();
    }
  }

  /** Ends all processes, and then {@link #run}; may be called from any thread. */
  void stop() {
    supervisor.execute(this::beginStop);
  }

  /** The process ids of what runs now, by name. */
  CompletableFuture<Map<String, Long>> pids() {
    return CompletableFuture.supplyAsync(
        () -> {
          Map<String, Long> pids = new HashMap<>();
          running.forEach((name, child) -> pids.put(name, child.pid()));
          return pids;
        },
        supervisor);
  }

  private void start(String name) {
    if (stopping) {
      return;
    }
    List<String> arguments = command.apply(plan.arguments(name));
    startedNanos.put(name, System.nanoTime());
    try {
      Child child = Child.start(name, arguments, (line, error) -> said(name, line, error));
      running.put(name, child);
      var unused = child.ended().thenAcceptAsync(code -> childEnded(name, code), supervisor);
    } catch (IOException e) {
      giveUp(name + " cannot be started: " + e.getMessage());
    }
  }

  /** On the child's reader thread: what it says is passed on at once. */
  private void said(String name, String line, boolean error) {
    String prefixed = terminal.faint(String.format("%8s | ", name)) + line;
    (error ? terminal.err() : terminal.out()).println(prefixed);
    if (!error && line.startsWith(READY)) {
      supervisor.execute(() -> childReady(name, line));
    }
  }

  private void childReady(String name, String line) {
    backoff(name).ready();
    ready.add(name);
    if (name.equals(ClusterPlan.GATEWAY)) {
      readyLine = line;
    } else if (ready.containsAll(plan.nodeNames())
        && startedNanos.get(ClusterPlan.GATEWAY) == null) {
      start(ClusterPlan.GATEWAY);
    }
    if (!announced && ready.containsAll(plan.names())) {
      announced = true;
      terminal.out().println(terminal.green(READY) + readyLine.substring(READY.length()));
      terminal.out().flush();
    }
  }

  private void childEnded(String name, int code) {
    running.remove(name);
    if (stopping) {
      if (code != 0) {
        say(name + " ended with status " + code);
        status = Main.FAILED;
      }
      stopNext();
      return;
    }
    Duration ran = Duration.ofNanos(System.nanoTime() - startedNanos.getOrDefault(name, 0L));
    backoff(name)
        .ended(ran)
        .ifPresentOrElse(
            wait -> {
              say(
                  name
                      + " ended with status "
                      + code
                      + "; it starts again in "
                      + Amounts.seconds(wait));
              var unused =
                  supervisor.schedule(() -> start(name), wait.toMillis(), TimeUnit.MILLISECONDS);
            },
            () -> giveUp(name + " does not come up: it ended with status " + code));
  }

  private void giveUp(String why) {
    say(why + "; stopping");
    status = Main.FAILED;
    beginStop();
  }

  private void beginStop() {
    if (stopping) {
      return;
    }
    stopping = true;
    var unused =
        supervisor.schedule(
            () -> {
              status = Main.FAILED;
              running.values().forEach(Child::kill);
            },
            STOP_PATIENCE.toMillis(),
            TimeUnit.MILLISECONDS);
    stopNext();
  }

  /** The gateway first, so that what it has taken in still finds its nodes. */
  private void stopNext() {
    if (running.isEmpty()) {
      ended.complete(status);
    } else if (running.containsKey(ClusterPlan.GATEWAY)) {
      stop(ClusterPlan.GATEWAY);
    } else {
      running.keySet().forEach(this::stop);
    }
  }

  private void stop(String name) {
    Child child = running.get(name);
    if (child != null && asked.add(name)) {
      child.stop();
    }
  }

  private RestartBackoff backoff(String name) {
    return backoffs.computeIfAbsent(name, key -> new RestartBackoff());
  }

  private void say(String line) {
    terminal.err().println("dunlin up: " + line);
  }
}
