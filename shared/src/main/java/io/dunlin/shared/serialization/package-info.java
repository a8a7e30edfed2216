/**
 * How control messages and replicated values become bytes: CBOR under explicit manifests.
 *
 * <p>Starting points: {@link io.dunlin.shared.serialization.WireSerializer} and its table of
 * manifests. Tensors never pass here; they have their own frames on the data plane.
 */
@NullMarked
package io.dunlin.shared.serialization;

import org.jspecify.annotations.NullMarked;
