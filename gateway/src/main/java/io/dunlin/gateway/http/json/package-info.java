/**
 * Between JSON text and tensor bytes, without a tree, a box or an object per element; shared by the
 * JSON protocols.
 *
 * <p>Decides what is a JSON document, which tokens an element type accepts, and how each element is
 * printed. Starting points: {@link io.dunlin.gateway.http.json.JsonReader} walks over a body,
 * {@link io.dunlin.gateway.http.json.ElementReader} fills a {@link
 * io.dunlin.shared.tensor.TensorBuffer} from it; {@link io.dunlin.gateway.http.json.JsonWriter}
 * builds a body, {@link io.dunlin.gateway.http.json.ElementWriter} prints a {@link
 * io.dunlin.shared.tensor.Tensor} into it. Upstream: {@code tfserving} and {@code openinference}.
 * Downstream: {@code io.dunlin.shared.tensor}. Pure: no clock, no I/O. Readers and writers belong
 * to one request and one thread.
 */
@NullMarked
package io.dunlin.gateway.http.json;

import org.jspecify.annotations.NullMarked;
