package io.dunlin.loadtest.fault.cluster;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of a cluster, over all its runs. Its standard input is a pipe that only this process
 * holds, so that it ends when this one does, however that happens.
 */
public final class ServerProcess {
  private static final String READY = "dunlin ready";

  private final ClusterLayout.Place place;
  private final Path log;
  private final Map<String, String> environment;

  // guarded by this
  private @Nullable Process process;
  private long logStart;
  private Instant startedAt = Instant.EPOCH;
  private boolean wanted;

  ServerProcess(ClusterLayout.Place place, Path log, Map<String, String> environment) {
    this.place = place;
    this.log = log;
    this.environment = environment;
  }

  public String name() {
    return place.name();
  }

  public ClusterLayout.Place place() {
    return place;
  }

  public Path log() {
    return log;
  }

  /** When its present run began. */
  public synchronized Instant startedAt() {
    return startedAt;
  }

  synchronized void start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("DUNLIN_"));
    builder.environment().putAll(environment);
    logStart = log.toFile().length();
    startedAt = Instant.now();
    process = builder.start();
    wanted = true;
  }

  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether it has ended although nobody asked it to stay down. */
  synchronized boolean endedByItself() {
    return wanted && process != null && !process.isAlive();
  }

  /** Whether its present run has said that it serves. */
  boolean saidReady() throws IOException {
    File file = log.toFile();
    long from;
    synchronized (this) {
      from = logStart;
    }
    try (RandomAccessFile reading = new RandomAccessFile(file, "r")) {
      byte[] bytes = new byte[(int) Math.min(reading.length() - from, 64 << 10)];
      reading.seek(from);
      reading.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).contains(READY);
    }
  }

  /** The process id of its present run. */
  public synchronized long pid() {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process.pid();
  }

  /** The exit status, once it has ended; 128 and more for a signal. */
  public synchronized int exitStatus() {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process.exitValue();
  }

  /**
   * {@code kill -9}.
   *
   * @param stayDown whether it is not to be started again
   */
  public void kill(boolean stayDown) throws IOException {
    stayDown(stayDown);
    signal("KILL");
  }

  /** {@code SIGTERM}: asks it to end. */
  public void terminate(boolean stayDown) throws IOException {
    stayDown(stayDown);
    signal("TERM");
  }

  /** {@code SIGSTOP}: it stands still, with its connections open. */
  public void pause() throws IOException {
    signal("STOP");
  }

  /** {@code SIGCONT}: it goes on. */
  public void unpause() throws IOException {
    signal("CONT");
  }

  private synchronized void stayDown(boolean stayDown) {
    wanted = !stayDown;
  }

  private void signal(String name) throws IOException {
    Shell.run("sh", "-c", "kill -" + name + " " + pid());
  }

  /** Waits for its end. */
  public boolean awaitEnd(Duration patience) {
    Process waitedFor;
    synchronized (this) {
      waitedFor = process;
    }
    try {
      return waitedFor == null || waitedFor.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void destroy() {
    Process ending;
    synchronized (this) {
      wanted = false;
      ending = process;
    }
    if (ending != null) {
      // SIGKILL also ends a process that is paused.
      ending.destroyForcibly();
      awaitEnd(Duration.ofSeconds(10));
    }
  }
}
