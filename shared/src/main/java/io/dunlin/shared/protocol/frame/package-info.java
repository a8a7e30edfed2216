/**
 * The data plane's wire protocol, as pure code: what the bytes between a gateway and a node mean,
 * which of them may be sent next, and which are refused.
 *
 * <p>Starting points: {@link io.dunlin.shared.protocol.frame.FrameReader} (bytes in), {@link
 * io.dunlin.shared.protocol.frame.Outbox} (bytes out, in fair turns), {@link
 * io.dunlin.shared.protocol.frame.InferCodec} and {@link
 * io.dunlin.shared.protocol.frame.ReplyCodec} (the two messages), {@link
 * io.dunlin.shared.protocol.frame.ControlFrame} (everything else). {@code docs/wire-format.md} has
 * the layout as tables.
 *
 * <p>Upstream: nothing but the inference vocabulary. Downstream: {@code gateway.transport} and
 * {@code node.dataport}, which own the sockets. No Netty, no clock, no threads here: each class is
 * used by one thread, except the codecs, which are stateless.
 *
 * <p>Invariants: no length from the peer is believed before it is checked against a limit; a
 * message is assembled in exactly one array; a type nobody knows is skipped.
 */
@NullMarked
package io.dunlin.shared.protocol.frame;

import org.jspecify.annotations.NullMarked;
