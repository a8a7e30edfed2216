/**
 * One request's way through the gateway: admit, route, await, release.
 *
 * <p>Starting points: {@link io.dunlin.gateway.pipeline.InferenceService} is what protocols call.
 */
@NullMarked
package io.dunlin.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
