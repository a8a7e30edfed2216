/**
 * The adapter between placement and Cluster Sharding: a shard goes where its replica was assigned.
 *
 * <p>Starting points: {@link io.dunlin.node.allocation.AssignedShardAllocation}.
 */
@NullMarked
package io.dunlin.node.allocation;

import org.jspecify.annotations.NullMarked;
