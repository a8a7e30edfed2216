package io.dunlin.cli;

import io.dunlin.node.device.HostMemory;

/**
 * How the processes of a local cluster share one machine's memory: a quarter is heap, divided
 * evenly between all of them; a tenth is for everything else; the nodes divide the rest for their
 * models.
 *
 * @param heapBytes of each process
 * @param modelBytes of each node
 */
record MemoryShares(long heapBytes, long modelBytes) {
  private static final int HEAP_SHARE = 4;
  private static final long LEAST_HEAP_BYTES = 256L << 20;

  static MemoryShares of(HostMemory host, int nodes) {
    int processes = nodes + 1;
    long heap = Math.max(LEAST_HEAP_BYTES, host.totalBytes() / HEAP_SHARE / processes);
    return new MemoryShares(heap, host.modelBytes(heap * processes) / nodes);
  }
}
