/**
 * Which replica gets a request: the gateway's view of what is served, and the choice within it.
 *
 * <p>Starting points: {@link io.dunlin.gateway.routing.ServedModels} is what protocols see of the
 * cluster. Upstream: the observed state in {@code io.dunlin.shared.directory}.
 */
@NullMarked
package io.dunlin.gateway.routing;

import org.jspecify.annotations.NullMarked;
