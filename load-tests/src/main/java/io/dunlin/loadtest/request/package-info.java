/**
 * Inference requests in every protocol Dunlin speaks over HTTP, rendered from the same tensors, and
 * the checks that an answer holds the right outputs.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.request.InferenceBodies} renders, {@link
 * io.dunlin.loadtest.request.ExpectedOutputs} checks. Nothing here uses the product's own codecs: a
 * mistake in them must show.
 */
@NullMarked
package io.dunlin.loadtest.request;

import org.jspecify.annotations.NullMarked;
