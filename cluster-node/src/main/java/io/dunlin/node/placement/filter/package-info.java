/**
 * Decides where a replica may lie: one rule per file, each with the reason it gives.
 *
 * <p>Starting point: {@link io.dunlin.node.placement.filter.Filters}, which lists them in order. A
 * filter is pure and looks at one {@link io.dunlin.node.placement.Candidate} at a time. Upstream:
 * the planner. Downstream: nothing.
 */
@NullMarked
package io.dunlin.node.placement.filter;

import org.jspecify.annotations.NullMarked;
