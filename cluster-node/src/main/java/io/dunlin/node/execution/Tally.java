package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import io.dunlin.node.batching.BatchQueue;
import java.util.Collection;

/** The executor's counters; under its lock. */
final class Tally {
  private static final double GAIN = 1.0 / 8;

  private long expired;
  private long executedRows;
  private long paddingRows;
  private long batches;
  private long repeatedRuns;
  private long completed;
  private long failed;
  private long lateRows;
  private long busyNanos;
  private double meanBatchNanos;

  void ended(BatchRun.Outcome outcome) {
    executedRows += outcome.rows();
    paddingRows += outcome.paddingRows();
    completed += outcome.completed();
    failed += outcome.failed();
    expired += outcome.expired();
    lateRows += outcome.lateRows();
    busyNanos += outcome.busyNanos();
    if (outcome.runs() > 0) {
      batches++;
      repeatedRuns += outcome.runs() - 1;
    }
    if (outcome.runNanos() > 0) {
      meanBatchNanos =
          meanBatchNanos == 0
              ? outcome.runNanos()
              : meanBatchNanos + GAIN * (outcome.runNanos() - meanBatchNanos);
    }
  }

  ExecutionStats snapshot(
      BatchQueue queue,
      Collection<Batch> running,
      long refused,
      long cancelled,
      long expiredInQueue) {
    return new ExecutionStats(
        queue.queuedRequests(),
        queue.queuedRows(),
        queue.queuedBytes(),
        running.size(),
        running.stream().mapToInt(batch -> batch.slices().size()).sum(),
        executedRows,
        paddingRows,
        batches,
        repeatedRuns,
        completed,
        failed,
        expired + expiredInQueue,
        refused,
        cancelled,
        lateRows,
        busyNanos,
        batches == 0 ? 0 : (double) executedRows / batches,
        (long) meanBatchNanos,
        queue.expectedWaitNanos());
  }
}
