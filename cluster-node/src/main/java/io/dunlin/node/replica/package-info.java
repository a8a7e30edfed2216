/**
 * The replica: one loaded copy of a model version, a sharded entity with a life cycle.
 *
 * <p>Starting points: {@link io.dunlin.node.replica.ModelReplica} (the actor and its transition
 * table), {@link io.dunlin.node.replica.NodeEndpoint} (how attempts reach it). Upstream: Cluster
 * Sharding for commands, the gateway or the data port for attempts. Downstream: {@code
 * io.dunlin.node.execution}, {@code io.dunlin.node.runtime}, {@code io.dunlin.node.reporting}.
 */
@NullMarked
package io.dunlin.node.replica;

import org.jspecify.annotations.NullMarked;
