/**
 * The control plane: from desired and observed state to commands.
 *
 * <p>Starting points: {@link io.dunlin.node.control.ModelController} (the cluster singleton and its
 * numbered workflow), {@link io.dunlin.node.control.Reconciler} (the pure decision). Upstream: the
 * admin API, the repository watcher, the directory. Downstream: the catalog, assignments, replicas.
 */
@NullMarked
package io.dunlin.node.control;

import org.jspecify.annotations.NullMarked;
