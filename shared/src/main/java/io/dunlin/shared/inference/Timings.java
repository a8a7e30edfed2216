package io.dunlin.shared.inference;

/**
 * Where a request's time went on the replica's node.
 *
 * @param queueNanos from arrival at the replica until a lane took it
 * @param computeNanos the run of the batch it was in, copies included
 * @param batchRows rows in that batch
 * @param batchRequests requests in that batch
 */
public record Timings(long queueNanos, long computeNanos, int batchRows, int batchRequests) {
  public static final Timings NONE = new Timings(0, 0, 0, 0);
}
