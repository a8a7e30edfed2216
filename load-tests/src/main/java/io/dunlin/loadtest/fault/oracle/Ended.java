package io.dunlin.loadtest.fault.oracle;

/**
 * One request of a run, when it was over. Instants are nanoseconds since the run began.
 *
 * @param target which gateway its last attempt went to, by index
 * @param attempts how often it was sent; above 1 only for clients that try again
 * @param version the version that answered; 0 for none
 * @param replica the replica that answered; empty for none
 * @param detail what is wrong; empty when nothing is
 */
public record Ended(
    long number,
    long dueNanos,
    long endNanos,
    int target,
    int attempts,
    Verdict verdict,
    long version,
    String replica,
    String detail) {

  /** How long its caller waited, from the instant the request was due. */
  public long waitNanos() {
    return endNanos - dueNanos;
  }
}
