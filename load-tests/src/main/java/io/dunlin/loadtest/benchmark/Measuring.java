package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.jvm.JvmProbe;
import io.dunlin.loadtest.jvm.JvmSample;
import io.dunlin.loadtest.jvm.ServerProcess;
import java.io.IOException;
import java.util.OptionalDouble;

/** The samples around a piece of work: server, generator and machine. */
final class Measuring {
  private static final JvmProbe GENERATOR = new JvmProbe();

  private final ServerProcess server;
  private final long beganNanos;
  private final JvmSample serverBefore;
  private final JvmSample generatorBefore;
  private final OptionalDouble machineBefore;

  private Measuring(ServerProcess server) throws IOException {
    this.server = server;
    serverBefore = server.sample();
    generatorBefore = GENERATOR.sample();
    machineBefore = MachineCpu.busySeconds();
    beganNanos = System.nanoTime();
  }

  static Measuring begin(ServerProcess server) throws IOException {
    return new Measuring(server);
  }

  /** What was used between {@link #begin} and now. */
  Used end() throws IOException {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    OptionalDouble machineAfter = MachineCpu.busySeconds();
    JvmSample generator = GENERATOR.sample().since(generatorBefore);
    JvmSample used = server.sample().since(serverBefore);
    double ours = (generator.cpuNanos() + used.cpuNanos()) / 1e9;
    OptionalDouble others =
        machineBefore.isPresent() && machineAfter.isPresent()
            ? OptionalDouble.of(
                Math.max(
                    0, (machineAfter.getAsDouble() - machineBefore.getAsDouble() - ours) / seconds))
            : OptionalDouble.empty();
    return new Used(seconds, used, generator.cpuNanos() / 1e9 / seconds, others);
  }

  /** As in {@link Figures}. */
  record Used(
      double seconds, JvmSample server, double generatorCores, OptionalDouble othersCores) {}
}
