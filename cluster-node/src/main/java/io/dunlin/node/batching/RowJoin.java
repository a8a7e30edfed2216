package io.dunlin.node.batching;

import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The results of a request that was split over several runs, put together again in the order of its
 * rows whatever the order in which the runs end. Thread-safe.
 */
public final class RowJoin {
  private record Part(int fromRow, List<NamedTensor> outputs) {}

  private final int rows;
  private final List<Part> parts = new ArrayList<>();
  private int missingRows;
  private boolean abandoned;
  private boolean started;
  private long firstTakenNanos;
  private long computeNanos;

  RowJoin(int rows) {
    this.rows = rows;
    this.missingRows = rows;
  }

  /**
   * Adds the outputs of one part.
   *
   * @param takenNanos when a lane took the part
   * @param partNanos how long its run took
   * @return the joined outputs when this was the last part
   * @throws IllegalArgumentException when the parts do not stack, or are too long for one tensor
   */
  public synchronized Optional<List<NamedTensor>> add(
      int fromRow, int count, List<NamedTensor> outputs, long takenNanos, long partNanos) {
    if (abandoned) {
      return Optional.empty();
    }
    if (!started || takenNanos - firstTakenNanos < 0) {
      firstTakenNanos = takenNanos;
      started = true;
    }
    computeNanos += partNanos;
    parts.add(new Part(fromRow, outputs));
    missingRows -= count;
    if (missingRows < 0) {
      throw new IllegalStateException(
          "rows of the parts: more than " + rows + " (expected: each row once)");
    }
    return missingRows > 0 ? Optional.empty() : Optional.of(join());
  }

  /** When the first part was taken from the queue. */
  public synchronized long firstTakenNanos() {
    return firstTakenNanos;
  }

  /** The runs of all parts together. */
  public synchronized long computeNanos() {
    return computeNanos;
  }

  /**
   * Gives the parts up because the model does not compute row by row; true for one caller, who then
   * runs the request as a whole. Later parts are ignored.
   */
  public synchronized boolean abandon() {
    if (abandoned) {
      return false;
    }
    abandoned = true;
    parts.clear();
    return true;
  }

  private List<NamedTensor> join() {
    parts.sort(Comparator.comparingInt(Part::fromRow));
    int outputs = parts.get(0).outputs().size();
    List<NamedTensor> joined = new ArrayList<>(outputs);
    for (int o = 0; o < outputs; o++) {
      List<Tensor> pieces = new ArrayList<>(parts.size());
      for (Part part : parts) {
        pieces.add(part.outputs().get(o).tensor());
      }
      joined.add(new NamedTensor(parts.get(0).outputs().get(o).name(), Tensor.concat(pieces)));
    }
    return joined;
  }
}
