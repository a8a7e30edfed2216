package io.dunlin.shared.catalog;

import java.time.Instant;
import java.util.List;

/**
 * What an operator asked of a node, beside what models ask, and how far the controller has come.
 *
 * @param incarnation the run of the process it is meant for; a restarted node has forgotten it
 * @param draining whether its replicas are to be handed over
 * @param since when it was asked
 * @param until when a drain that is not over is said to have failed; the epoch for never
 * @param stuck why replicas that are left cannot be handed over now, a line for each, some left out
 *     where there are many; they go on serving
 * @param overdue whether {@code until} has passed with replicas left
 */
public record NodeOrder(
    long incarnation,
    boolean draining,
    Instant since,
    Instant until,
    List<String> stuck,
    boolean overdue) {

  public NodeOrder {
    // absent in what an older process wrote
    until = until == null ? Instant.EPOCH : until;
    stuck = stuck == null ? List.of() : List.copyOf(stuck);
  }

  /** One without a deadline, of which nothing is known yet. */
  public NodeOrder(long incarnation, boolean draining, Instant since) {
    this(incarnation, draining, since, Instant.EPOCH, List.of(), false);
  }

  public NodeOrder withProgress(List<String> nowStuck, boolean nowOverdue) {
    return new NodeOrder(incarnation, draining, since, until, nowStuck, nowOverdue);
  }
}
