/**
 * Decides which of the nodes that may hold a replica is best: one wish per file, 0 to 1.
 *
 * <p>Starting point: {@link io.dunlin.node.placement.score.Scorers}, which weighs them. A scorer is
 * pure and looks at one {@link io.dunlin.node.placement.Candidate} at a time. Upstream: the
 * planner. Downstream: nothing.
 */
@NullMarked
package io.dunlin.node.placement.score;

import org.jspecify.annotations.NullMarked;
