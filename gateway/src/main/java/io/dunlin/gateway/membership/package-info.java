/**
 * A gateway's place in the cluster: what it watches, and the wiring of everything it runs.
 *
 * <p>Starting points: {@link io.dunlin.gateway.membership.GatewayRuntime}.
 */
@NullMarked
package io.dunlin.gateway.membership;

import org.jspecify.annotations.NullMarked;
