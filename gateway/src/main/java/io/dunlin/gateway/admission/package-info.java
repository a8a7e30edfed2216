/**
 * Whether a request may enter, decided before work is spent on it.
 *
 * <p>Starting points: {@link io.dunlin.gateway.admission.RequestBudget}: bytes and requests the
 * gateway holds at one time. Upstream: {@code http}, {@code pipeline}.
 */
@NullMarked
package io.dunlin.gateway.admission;

import org.jspecify.annotations.NullMarked;
