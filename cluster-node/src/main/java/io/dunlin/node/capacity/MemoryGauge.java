package io.dunlin.node.capacity;

/** What this process holds at the moment, to be read before and after a load. */
@FunctionalInterface
public interface MemoryGauge {
  /** May block for as long as a fresh reading takes. */
  Reading read();

  /**
   * Bytes in use, by whatever part of the process; only differences mean something.
   *
   * @param deviceBytes of the device; on a CPU node that is native host memory
   * @param hostBytes of native host memory; 0 on a CPU node
   */
  record Reading(long deviceBytes, long hostBytes) {}
}
