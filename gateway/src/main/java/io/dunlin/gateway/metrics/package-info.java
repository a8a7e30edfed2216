/**
 * What the gateway counts and measures, as Prometheus reads it. Algorithms know only their
 * observers; the metric library is seen from here alone. Labels are bounded: models and versions
 * come from the routing table, never from a caller's path.
 *
 * <p>Starting points: {@link io.dunlin.gateway.metrics.GatewayMetrics}.
 */
@NullMarked
package io.dunlin.gateway.metrics;

import org.jspecify.annotations.NullMarked;
