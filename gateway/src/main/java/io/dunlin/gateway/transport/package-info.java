/**
 * The gateway's side of the data plane: one multiplexed connection per node, each an {@link
 * io.dunlin.shared.protocol.InferenceEndpoint}.
 *
 * <p>Decides when to connect again, which attempts fit a node's credit and which wait or are turned
 * away, when an attempt's deadline has passed, and that each attempt is answered exactly once
 * whatever becomes of the connection.
 *
 * <p>Starting points: {@link io.dunlin.gateway.transport.RemoteEndpoints} (all nodes), {@link
 * io.dunlin.gateway.transport.RemoteEndpoint} (one node), {@link
 * io.dunlin.gateway.transport.AttemptTable} (the life of an attempt, pure).
 *
 * <p>Upstream: {@code routing} learns of connections through {@link
 * io.dunlin.gateway.transport.ConnectionObserver} and hands attempts in. Downstream: {@code
 * shared.protocol.frame}. Invariants: nothing blocks; every queue is bounded in bytes.
 */
@NullMarked
package io.dunlin.gateway.transport;

import org.jspecify.annotations.NullMarked;
