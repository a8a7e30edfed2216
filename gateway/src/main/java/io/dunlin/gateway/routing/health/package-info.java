/**
 * Which replicas are worth asking, from what came of asking them; pure, time comes as a parameter.
 *
 * <p>Starting points: {@link io.dunlin.gateway.routing.health.ReplicaHealth}.
 */
@NullMarked
package io.dunlin.gateway.routing.health;

import org.jspecify.annotations.NullMarked;
