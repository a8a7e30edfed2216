/**
 * Both ends of the data plane on real sockets: what they promise together, and what they cost.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.transport.DataPlaneTest}, {@link
 * io.dunlin.loadtest.transport.TransportCost} (a main, prints figures).
 */
@NullMarked
package io.dunlin.loadtest.transport;

import org.jspecify.annotations.NullMarked;
