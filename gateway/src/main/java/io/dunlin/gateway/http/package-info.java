/**
 * The inference port's HTTP server, and what every HTTP API in front has in common.
 *
 * <p>Starting points: {@link io.dunlin.gateway.http.InferenceApi} is one protocol; {@code
 * tfserving} and {@code openinference} below implement it. Upstream: Pekko HTTP. Downstream: {@code
 * io.dunlin.gateway.pipeline}.
 */
@NullMarked
package io.dunlin.gateway.http;

import org.jspecify.annotations.NullMarked;
