package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server that is no JVM of ours: any program, with the processes it starts. Its CPU time is that
 * of all of them; what it allocates is not known and counts as 0.
 */
public final class ForeignProcess implements ServerProcess {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final String name;
  private final Process process;

  /** CPU nanoseconds by process id, so that a child that ended still counts. */
  private final Map<Long, Long> cpuNanos = new HashMap<>();

  private ForeignProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * @param logs folder for what it prints
   */
  public static ForeignProcess start(
      String name, List<String> command, Map<String, String> environment, Path logs)
      throws IOException {
    Files.createDirectories(logs);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().putAll(environment);
    return new ForeignProcess(name, builder.start());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public JvmSample sample() {
    family()
        .forEach(
            member ->
                member
                    .info()
                    .totalCpuDuration()
                    .ifPresent(cpu -> cpuNanos.put(member.pid(), cpu.toNanos())));
    long sum = cpuNanos.values().stream().mapToLong(Long::longValue).sum();
    return new JvmSample(sum, 0, 0, 0, 0);
  }

  private Stream<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  @Override
  public void startRecording() throws IOException {
    throw new IOException(name + ": is no JVM of ours (expected: one that can be recorded)");
  }

  @Override
  public void dumpRecording(Path file) throws IOException {
    startRecording();
  }

  /** Asks the whole family to end, and then makes it. */
  @Override
  public void close() {
    List<ProcessHandle> family = family().toList();
    family.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
  }
}
