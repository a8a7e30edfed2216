/**
 * Which of several READY replicas gets a request; pure, randomness passed in.
 *
 * <p>Starting points: {@link io.dunlin.gateway.routing.selection.ReplicaSelector}, {@link
 * io.dunlin.gateway.routing.selection.ReplicaLoad}.
 */
@NullMarked
package io.dunlin.gateway.routing.selection;

import org.jspecify.annotations.NullMarked;
