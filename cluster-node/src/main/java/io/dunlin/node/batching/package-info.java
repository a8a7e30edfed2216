/**
 * Dynamic batching in front of one replica: which requests run together, in which order, and which
 * are refused.
 *
 * <p>Starting points: {@link io.dunlin.node.batching.BatchQueue} decides; {@link
 * io.dunlin.node.batching.ServedSignature} turns a request into a {@link
 * io.dunlin.node.batching.QueuedRequest}; {@link io.dunlin.node.batching.ServiceTimeEstimator}
 * remembers how long runs took. Upstream: {@code execution.ReplicaExecutor}, which owns the lock,
 * the threads and the clock. Downstream: {@code execution.BatchRun} runs the {@link
 * io.dunlin.node.batching.Batch}.
 *
 * <p>Pure: no threads, no clock, no I/O; the time is a parameter everywhere. Nothing here calls a
 * reply sink: what leaves the queue is handed to its owner, who answers. Invariants: a row leaves
 * the queue once; never after its deadline into a batch; a batch never holds more rows than the row
 * limit.
 */
@NullMarked
package io.dunlin.node.batching;

import org.jspecify.annotations.NullMarked;
