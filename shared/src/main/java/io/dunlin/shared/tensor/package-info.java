/**
 * Tensors as bytes: dtype, shape and one immutable little-endian buffer, from the wire to the
 * session without boxing.
 *
 * <p>Starting points: {@link io.dunlin.shared.tensor.Tensor}, {@link
 * io.dunlin.shared.tensor.DataType}, {@link io.dunlin.shared.tensor.Signature}; codecs fill a
 * {@link io.dunlin.shared.tensor.TensorBuffer}. Pure: no Pekko, no clock, no I/O.
 */
@NullMarked
package io.dunlin.shared.tensor;

import org.jspecify.annotations.NullMarked;
