package io.dunlin.node.batching;

import io.dunlin.shared.tensor.Tensor;
import java.util.List;

/**
 * The requests, or parts of them, of one run; all of one batch key.
 *
 * @param signature which signature runs
 * @param slices at least one, in the order of their rows in the run
 * @param rows rows of all slices, padding not counted
 * @param sizes numbers of rows the run may have
 * @param takenNanos when it left the queue
 * @param expectedNanos what the run is expected to take; 0 when nothing is known
 */
public record Batch(
    ServedSignature signature,
    List<Slice> slices,
    int rows,
    BatchSizes sizes,
    long takenNanos,
    long expectedNanos)
    implements Polled {

  /** Rows {@code fromRow} to {@code fromRow + rows} of a request. */
  public record Slice(QueuedRequest request, int fromRow, int rows) {
    /** All rows of a request. */
    public static Slice whole(QueuedRequest request) {
      return new Slice(request, 0, request.rows());
    }

    public boolean isWhole() {
      return rows == request.rows();
    }

    /** This slice's rows of an input; no copy. */
    public Tensor input(int index) {
      Tensor whole = request.request().inputs().get(index);
      return isWhole() ? whole : whole.rows(fromRow, (long) fromRow + rows);
    }
  }

  /** Rows to append so that the run has an allowed size. */
  public int paddingRows() {
    return sizes.padding(rows);
  }

  /** Rows of the run, padding included. */
  public int totalRows() {
    return rows + paddingRows();
  }

  /** The same with fewer slices. */
  public Batch of(List<Slice> some) {
    int count = 0;
    for (Slice slice : some) {
      count += slice.rows();
    }
    return new Batch(signature, List.copyOf(some), count, sizes, takenNanos, expectedNanos);
  }

  /** One request of it as it would run by itself, neither split nor padded. */
  public Batch alone(QueuedRequest request) {
    List<Slice> whole = List.of(Slice.whole(request));
    return new Batch(signature, whole, request.rows(), BatchSizes.ANY, takenNanos, expectedNanos);
  }

  /** Whether the run is one request just as it came, so that its outputs need no cutting. */
  public boolean isPlain() {
    return slices.size() == 1 && slices.get(0).isWhole() && paddingRows() == 0;
  }
}
