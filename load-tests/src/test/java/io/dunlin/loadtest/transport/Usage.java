package io.dunlin.loadtest.transport;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a JVM has used so far. Unlike wall-clock figures, these mean something on a busy machine.
 *
 * @param allocatedBytes by all threads
 * @param cpuNanos of the process, kernel time included
 */
record Usage(long allocatedBytes, long cpuNanos) {
  /** This JVM's. */
  static Usage now() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Usage(threads.getTotalThreadAllocatedBytes(), system.getProcessCpuTime());
  }

  static Usage parse(String line) {
    int space = line.indexOf(' ');
    return new Usage(
        Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1)));
  }

  Usage minus(Usage earlier) {
    return new Usage(allocatedBytes - earlier.allocatedBytes, cpuNanos - earlier.cpuNanos);
  }

  @Override
  public String toString() {
    return allocatedBytes + " " + cpuNanos;
  }
}
