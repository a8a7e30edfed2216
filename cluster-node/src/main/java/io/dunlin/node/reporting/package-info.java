/**
 * What this node tells the cluster about itself: its entry in the directory.
 *
 * <p>Starting points: {@link io.dunlin.node.reporting.NodeReporter}. Upstream: replicas, and what
 * {@link io.dunlin.node.reporting.NodeGauges} reads. Downstream: the {@code directory} tables.
 */
@NullMarked
package io.dunlin.node.reporting;

import org.jspecify.annotations.NullMarked;
