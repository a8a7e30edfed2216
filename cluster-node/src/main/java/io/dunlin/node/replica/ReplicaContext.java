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
 * @param loadExecutor runs loads, warm-ups and unloads; its threads are the node's load permits
 * @param reporter takes every change of state
 * @param replicas where READY replicas are found
 * @param observer told of every batch and answer, for metrics
 * @param nanoClock monotonic time
 * @param drainTimeout how long a stopping replica may finish what it has
 */
public record ReplicaContext(
    ModelRuntime runtime,
    Executor loadExecutor,
    ActorRef<NodeReporter.Message> reporter,
    LocalReplicas replicas,
    ExecutionObserver observer,
    LongSupplier nanoClock,
    Duration drainTimeout) {}
