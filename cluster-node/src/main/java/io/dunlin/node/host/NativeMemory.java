package io.dunlin.node.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much native memory this process holds. Where the C library tells what it has handed out, that
 * is exact and does not move with the Java heap; else it is resident memory less the Java heap,
 * which is only near the truth; and 0 where neither can be had.
 */
public final class NativeMemory {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4096;

  private NativeMemory() {}

  public static long bytes() {
    OptionalLong allocated = HostCalls.allocatedBytes();
    return allocated.isPresent() ? allocated.getAsLong() : residentBytesOutsideHeap();
  }

  static long residentBytesOutsideHeap() {
    try {
      String[] pages = Files.readString(STATM).strip().split(" ", 4);
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
      return Math.max(0, Long.parseLong(pages[1]) * PAGE_BYTES - heap);
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return 0;
    }
  }
}
