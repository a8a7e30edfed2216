package io.dunlin.node.replica;

import io.dunlin.node.execution.ExecutionStats;
import io.dunlin.shared.directory.ReplicaReport;

/** What an executor counted, in the words of the directory. */
final class WorkDone {
  private WorkDone() {}

  static ReplicaReport.Work of(ExecutionStats stats) {
    long answered =
        stats.completedRequests()
            + stats.failedRequests()
            + stats.expiredRequests()
            + stats.refusedRequests()
            + stats.cancelledRequests();
    return new ReplicaReport.Work(
        answered,
        stats.executedRows(),
        stats.executedBatches(),
        stats.expiredRequests(),
        stats.failedRequests(),
        stats.queuedRows(),
        stats.busyNanos(),
        stats.lateRows());
  }
}
