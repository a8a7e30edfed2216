package io.dunlin.shared.directory;

import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;

/**
 * One replica as its node sees it.
 *
 * @param replica which
 * @param state where in its life
 * @param reason why it failed; empty otherwise
 * @param loadMillis from the start of loading to READY, 0 until then
 * @param memoryBytes of the node's device, as its ledger has it: reserved before the load, measured
 *     after it, 0 when nothing is held
 * @param hostBytes of host memory beside the device, likewise; 0 on a CPU node
 * @param work what it has done
 * @param revision of the catalog entry whose spec it follows; 0 when it does not say
 */
public record ReplicaReport(
    ReplicaId replica,
    ReplicaState state,
    String reason,
    long loadMillis,
    long memoryBytes,
    long hostBytes,
    Work work,
    long revision) {

  /** One that does not say which spec it follows. */
  public ReplicaReport(
      ReplicaId replica,
      ReplicaState state,
      String reason,
      long loadMillis,
      long memoryBytes,
      long hostBytes,
      Work work) {
    this(replica, state, reason, loadMillis, memoryBytes, hostBytes, work, 0);
  }

  /** A replica that has done nothing yet. */
  public static ReplicaReport of(ReplicaId replica, ReplicaState state, String reason) {
    return new ReplicaReport(replica, state, reason, 0, 0, 0, Work.NONE);
  }

  /**
   * Counters since the replica began to serve, and its queue at the moment of the report.
   *
   * @param requests answered, whatever the answer
   * @param rows run
   * @param batches run
   * @param expired requests whose deadline passed before they were run
   * @param failed requests that failed while or after being run
   * @param queuedRows waiting now
   * @param busyNanos time lanes spent running
   * @param lateRows rows whose run began after their deadline; 0, or there is a bug
   */
  public record Work(
      long requests,
      long rows,
      long batches,
      long expired,
      long failed,
      int queuedRows,
      long busyNanos,
      long lateRows) {
    public static final Work NONE = new Work(0, 0, 0, 0, 0, 0, 0, 0);
  }
}
