package io.dunlin.node.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the host, or the container this process runs in, has. The JVM's own numbers are used: they
 * heed a container's limits (cgroup v1 and v2), which {@code /proc/meminfo} does not.
 *
 * @param totalBytes memory of the host, or the container's limit where that is smaller
 * @param freeBytes of it, not in use
 * @param processors that may be used
 */
public record HostMemory(long totalBytes, long freeBytes, int processors) {
  private static final int RESERVED_SHARE = 10;

  public static HostMemory read() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new HostMemory(
        system.getTotalMemorySize(), system.getFreeMemorySize(), system.getAvailableProcessors());
  }

  /**
   * Bytes left for models: all but this JVM's heap and a tenth for everything else, its stacks,
   * code and buffers included. Processes that share a host must declare their part.
   *
   * @param maxHeapBytes the JVM's {@code -Xmx}
   */
  public long modelBytes(long maxHeapBytes) {
    return Math.max(0, totalBytes - maxHeapBytes - totalBytes / RESERVED_SHARE);
  }
}
