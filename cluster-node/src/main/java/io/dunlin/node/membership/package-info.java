/**
 * A node's place in the cluster: who it is, and the wiring of everything it runs.
 *
 * <p>Starting points: {@link io.dunlin.node.membership.NodeRuntime}.
 */
@NullMarked
package io.dunlin.node.membership;

import org.jspecify.annotations.NullMarked;
