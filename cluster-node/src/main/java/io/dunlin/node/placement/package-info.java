/**
 * Decides which node holds which replica, and says why.
 *
 * <p>Starting points: {@link io.dunlin.node.placement.PlacementPlanner}, from a {@link
 * io.dunlin.node.placement.ClusterSnapshot} to a {@link io.dunlin.node.placement.PlacementPlan};
 * {@link io.dunlin.node.placement.DecisionRecord} for the reasons. Rules that reject are in {@code
 * filter}, wishes in {@code score}. Upstream: the controller, which makes the snapshot from desired
 * and observed state and applies the steps. Downstream: nothing. Pure: no Pekko, no clock, no I/O.
 *
 * <p>Invariants: nothing is placed beyond a node's free bytes; with {@code placement.spread} a node
 * holds at most one replica of a version, without it a second only while no other node fits; what
 * is placed well stays; what moves is READY at its new node before it stops at the old one; the
 * same snapshot gives the same plan.
 */
@NullMarked
package io.dunlin.node.placement;

import org.jspecify.annotations.NullMarked;
