package io.dunlin.gateway.http.admin.operation;

/**
 * How far work is, as one gateway sees it.
 *
 * @param id names it
 * @param state where it stands
 * @param ready how much of it is done; what is counted depends on the kind
 * @param wanted how much there is to do
 * @param message the same for people
 */
public record Operation(OperationId id, State state, int ready, int wanted, String message) {

  /** Where work stands. FAILED may turn into RUNNING again, because the cluster retries. */
  public enum State {
    RUNNING,
    DONE,
    FAILED,
    /** A later change made it pointless. */
    SUPERSEDED
  }
}
