package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** CPU time of the whole machine, to see who else was working during a measurement. Linux only. */
final class MachineCpu {
  private static final Path STAT = Path.of("/proc/stat");

  /** /proc/stat counts in hundredths of a second on every Linux that runs a JVM. */
  private static final double TICKS_PER_SECOND = 100;

  private MachineCpu() {}

  /** CPU seconds spent by everything since boot; empty where the system does not say. */
  static OptionalDouble busySeconds() {
    try {
      return Files.isReadable(STAT) ? parse(Files.readString(STAT)) : OptionalDouble.empty();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /** The first line is {@code cpu user nice system idle iowait irq softirq steal guest ..}. */
  static OptionalDouble parse(String stat) {
    String[] fields = stat.lines().findFirst().orElse("").strip().split(" +", -1);
    if (fields.length < 9 || !fields[0].equals("cpu")) {
      return OptionalDouble.empty();
    }
    double ticks = 0;
    for (int i = 1; i <= 8; i++) {
      boolean waiting = i == 4 || i == 5; // idle, iowait
      ticks += waiting ? 0 : Double.parseDouble(fields[i]);
    }
    return OptionalDouble.of(ticks / TICKS_PER_SECOND);
  }
}
