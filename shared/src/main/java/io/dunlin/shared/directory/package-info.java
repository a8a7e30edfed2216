/**
 * Observed state: what every node reports of itself and of the replicas it holds.
 *
 * <p>Starting points: {@link io.dunlin.shared.directory.NodeReport}. Each node writes its own
 * entry; gateways route by it, the controller reconciles against it.
 */
@NullMarked
package io.dunlin.shared.directory;

import org.jspecify.annotations.NullMarked;
