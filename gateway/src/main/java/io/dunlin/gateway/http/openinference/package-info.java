/**
 * The Open Inference Protocol v2 over HTTP, with Triton's extensions that Dunlin implements: binary
 * tensor data, classification, parameters, schedule policy, model repository, model configuration
 * and statistics.
 *
 * <p>Decides which route a path is, which version a request means, whether its tensors fit the
 * model, and how outputs are written. Starting points: {@link
 * io.dunlin.gateway.http.openinference.OpenInferenceApi} dispatches; {@link
 * io.dunlin.gateway.http.openinference.InferEndpoint} is one inference read straight down; {@link
 * io.dunlin.gateway.http.openinference.InferenceStatistics} counts. Upstream: the HTTP front.
 * Downstream: {@code io.dunlin.gateway.pipeline}; JSON elements through {@code
 * io.dunlin.gateway.http.json}.
 *
 * <p>Invariants: input tensors sent in binary are views on the request's body; every answer that is
 * not 200 carries a JSON object with an {@code error} text; nothing here blocks.
 */
@NullMarked
package io.dunlin.gateway.http.openinference;

import org.jspecify.annotations.NullMarked;
