package io.dunlin.node.replica;

import io.dunlin.node.execution.ExecutionObserver;
import io.dunlin.node.reporting.NodeReporter;
import io.dunlin.node.runtime.ModelRuntime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What every replica of a node shares.
 *
 * @param runtime loads artifacts
 * @param memory who has how much, and how a load is measured
 * @param loadExecutor runs loads, warm-ups and unloads; its threads are the node's load permits
 * @param reporter takes every change of state
 * @param replicas where READY replicas are found
 * @param observer told of every batch and answer, for metrics
 * @param nanoClock monotonic time
 * @param drainTimeout how long a stopping replica may finish what it has
 * @param drainNotice how long it goes on taking requests, at most, until every gateway knows
 */
public record ReplicaContext(
    ModelRuntime runtime,
    ReplicaMemory memory,
    Executor loadExecutor,
    ActorRef<NodeReporter.Message> reporter,
    LocalReplicas replicas,
    ExecutionObserver observer,
    LongSupplier nanoClock,
    Duration drainTimeout,
    Duration drainNotice) {}
