/**
 * Observed state: what every node reports of itself and of the replicas it holds.
 *
 * <p>Starting points: {@link io.dunlin.shared.directory.NodeReport}. Each node writes its own
 * entry; gateways route by it, the controller reconciles against it. Gateways say where they are in
 * {@link io.dunlin.shared.directory.GatewayReport}, which only people read.
 */
@NullMarked
package io.dunlin.shared.directory;

import org.jspecify.annotations.NullMarked;
