/**
 * Decides whether a node has the memory for a replica, and keeps account of who has what.
 *
 * <p>Starting points: {@link io.dunlin.node.capacity.MemoryLedger}, {@link
 * io.dunlin.node.capacity.Lease}; {@link io.dunlin.node.capacity.MemoryEstimate} for the bytes to
 * ask for. Upstream: replicas, which reserve before they load and release after they have unloaded.
 * Downstream: nothing. Pure: no Pekko, no clock, no I/O.
 *
 * <p>Invariants: reserved bytes are the sum of the leases held; a lease is released exactly once;
 * nothing is granted beyond the total.
 */
@NullMarked
package io.dunlin.node.capacity;

import org.jspecify.annotations.NullMarked;
