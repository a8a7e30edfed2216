package io.dunlin.node.execution;

/**
 * A snapshot of an executor. Counters run from its start.
 *
 * @param queuedRequests requests waiting
 * @param queuedRows rows waiting
 * @param queuedBytes input bytes waiting, of split requests all until the last row is taken
 * @param busyLanes lanes running a batch
 * @param inFlightRequests requests (or parts of them) in running batches
 * @param executedRows rows run, each counted once however often it had to be repeated
 * @param paddingRows rows run for nothing, to reach an allowed size
 * @param executedBatches batches taken and run
 * @param repeatedRuns runs beyond the first of a batch: bisection, outputs that are not row by row
 * @param completedRequests answered with a result
 * @param failedRequests answered with the model's error
 * @param expiredRequests answered {@code deadline_exceeded} after they were queued, and not run
 * @param refusedRequests answered without being queued
 * @param cancelledRequests taken out because nobody waits any more
 * @param lateRows rows whose run began after their deadline; 0, or there is a bug
 * @param busyNanos time the lanes spent on batches that have ended, together
 * @param meanBatchRows executed rows per batch
 * @param meanBatchNanos exponentially weighted mean duration of a run
 * @param expectedWaitNanos how long a newcomer of the least urgency would wait; 0 when unknown
 */
public record ExecutionStats(
    int queuedRequests,
    int queuedRows,
    long queuedBytes,
    int busyLanes,
    int inFlightRequests,
    long executedRows,
    long paddingRows,
    long executedBatches,
    long repeatedRuns,
    long completedRequests,
    long failedRequests,
    long expiredRequests,
    long refusedRequests,
    long cancelledRequests,
    long lateRows,
    long busyNanos,
    double meanBatchRows,
    long meanBatchNanos,
    long expectedWaitNanos) {}
