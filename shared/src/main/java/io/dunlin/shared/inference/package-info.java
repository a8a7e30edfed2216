/**
 * One inference: what is asked, until when, how urgently, and what came of it.
 *
 * <p>Starting points: {@link io.dunlin.shared.inference.InferenceRequest}, {@link
 * io.dunlin.shared.inference.InferenceReply}, and {@link io.dunlin.shared.inference.FailureCode},
 * the one catalogue of everything that can go wrong. Pure: no Pekko, no clock, no I/O.
 */
@NullMarked
package io.dunlin.shared.inference;

import org.jspecify.annotations.NullMarked;
