package io.dunlin.loadtest.transport;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes this JVM has allocated so far, all threads together. */
final class Allocation {
  private Allocation() {}

  static long total() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }
}
