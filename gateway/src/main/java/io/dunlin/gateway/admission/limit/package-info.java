/**
 * How many requests of one model may be under way at one time, and whose: algorithm ({@link
 * io.dunlin.gateway.admission.limit.QueueGradientLimit}), shares ({@link
 * io.dunlin.gateway.admission.limit.TenantWeights}) and accounting ({@link
 * io.dunlin.gateway.admission.limit.ConcurrencyLimiter}). Pure: time comes as a parameter.
 *
 * <p>Why not a library: Netflix's concurrency-limits infers the queue from round trips alone, and
 * has seen few releases for years; Resilience4j and Failsafe have fixed limits. Here every answer
 * brings the time its request waited at the replica, so the queue is measured, not guessed.
 */
@NullMarked
package io.dunlin.gateway.admission.limit;

import org.jspecify.annotations.NullMarked;
