/**
 * The node's side of the data plane: the port at which gateways hand in inference attempts.
 *
 * <p>Decides how much each gateway may have outstanding, who is refused, how replies are bounded
 * when a gateway reads slowly, and how the port drains. What an attempt means is decided behind the
 * {@link io.dunlin.shared.protocol.InferenceEndpoint} it is handed to.
 *
 * <p>Starting points: {@link io.dunlin.node.dataport.DataPortServer}, {@link
 * io.dunlin.node.dataport.GatewaySession} (one gateway), {@link
 * io.dunlin.node.dataport.CreditShares} (pure).
 *
 * <p>Upstream: the gateway's {@code transport}. Downstream: the node's local endpoint. Invariants:
 * nothing blocks an event loop; every attempt taken in is answered exactly once while its
 * connection lives; the bytes of attempts in hand are bounded by the budget.
 */
@NullMarked
package io.dunlin.node.dataport;

import org.jspecify.annotations.NullMarked;
