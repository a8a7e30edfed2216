/**
 * TensorFlow Serving's REST API, as its clients know it: predict, classify, regress, status and
 * metadata under {@code /v1/models}.
 *
 * <p>Decides what a path and a body mean, in which order mistakes are told, and how answers look;
 * the errors are TensorFlow Serving's own: {@code {"error": "..."}}. Starting points: {@link
 * io.dunlin.gateway.http.tfserving.TfServingApi}, then {@code PredictBody} and {@code
 * PredictAnswer} for the hot path. Upstream: {@code io.dunlin.gateway.http}. Downstream: {@code
 * io.dunlin.gateway.routing} for what is served, {@code io.dunlin.gateway.pipeline} for running it.
 */
@NullMarked
package io.dunlin.gateway.http.tfserving;

import org.jspecify.annotations.NullMarked;
