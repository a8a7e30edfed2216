/**
 * The contract between a replica and whatever computes: load, describe, run, close.
 *
 * <p>Starting points: {@link io.dunlin.node.runtime.ModelRuntime}, {@link
 * io.dunlin.node.runtime.LoadedModel}. The only implementation that touches TensorFlow is in {@code
 * io.dunlin.node.runtime.tensorflow}.
 */
@NullMarked
package io.dunlin.node.runtime;

import org.jspecify.annotations.NullMarked;
