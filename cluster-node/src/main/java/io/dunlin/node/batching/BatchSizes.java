package io.dunlin.node.batching;

import io.dunlin.shared.model.ModelSpec.Batching;
import java.util.List;

/**
 * How many rows a run may have.
 *
 * <p>Allowed sizes above maxBatchSize are left out, and the largest that remains caps a run, so
 * that every batch can be padded up to an allowed size.
 */
public final class BatchSizes {
  /** Any number of rows, never padded. */
  static final BatchSizes ANY = new BatchSizes(new int[0], Integer.MAX_VALUE);

  private final int[] allowed;
  private final int cap;

  private BatchSizes(int[] allowed, int cap) {
    this.allowed = allowed;
    this.cap = cap;
  }

  static BatchSizes of(Batching batching) {
    int max = Math.max(1, batching.maxBatchSize());
    List<Integer> sizes = batching.allowedBatchSizes();
    int[] allowed =
        sizes.stream()
            .mapToInt(Integer::intValue)
            .filter(s -> s >= 1 && s <= max)
            .sorted()
            .toArray();
    return new BatchSizes(allowed, allowed.length == 0 ? max : allowed[allowed.length - 1]);
  }

  /** Most rows of a run. */
  int cap() {
    return cap;
  }

  /** Rows to add to so many, so that the sum is allowed. */
  int padding(int rows) {
    for (int size : allowed) {
      if (size >= rows) {
        return size - rows;
      }
    }
    return 0;
  }
}
