/**
 * The one place where the wire protocol meets a socket, for both ends of the data plane.
 *
 * <p>Starting point: {@link io.dunlin.shared.protocol.frame.socket.FrameChannel}. Upstream: {@code
 * protocol.frame} (pure). Downstream: {@code gateway.transport} and {@code node.dataport}, which
 * decide what is said.
 */
@NullMarked
package io.dunlin.shared.protocol.frame.socket;

import org.jspecify.annotations.NullMarked;
