/**
 * Whether a request may enter, decided before work is spent on it.
 *
 * <p>Starting points: {@link io.dunlin.gateway.admission.RequestBudget}, bytes the gateway holds at
 * one time; {@code limit}, requests of one model under way; {@link
 * io.dunlin.gateway.admission.RetryBudget}, attempts beyond the first. Upstream: {@code http},
 * {@code pipeline}.
 */
@NullMarked
package io.dunlin.gateway.admission;

import org.jspecify.annotations.NullMarked;
