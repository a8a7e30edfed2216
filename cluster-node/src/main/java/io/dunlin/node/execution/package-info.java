/**
 * Runs one replica's requests: lanes take batches from the queue, run them, and answer.
 *
 * <p>Starting points: {@link io.dunlin.node.execution.ReplicaExecutor} (the replica's threads and
 * lock), {@link io.dunlin.node.execution.BatchRun} (one batch: assemble, run, split, answer).
 * Upstream: {@code replica.ModelReplica} and the node's endpoint, which submit. Downstream: {@code
 * batching}, which decides, and {@code runtime.LoadedModel}, which computes.
 *
 * <p>Invariants: each request is answered exactly once, in every state; no sink is called with the
 * lock held; nothing a model or a sink throws ends a lane.
 */
@NullMarked
package io.dunlin.node.execution;

import org.jspecify.annotations.NullMarked;
