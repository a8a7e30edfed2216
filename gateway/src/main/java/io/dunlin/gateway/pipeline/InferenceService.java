package io.dunlin.gateway.pipeline;

import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import java.util.concurrent.CompletionStage;

/** Answers inference requests, whatever protocol they came by. */
public interface InferenceService {
  /**
   * Runs the request on some replica of its model version.
   *
   * @param origin where the result is handed on; when it leaves, the request is given up
   * @return the result; or, as an {@link io.dunlin.shared.inference.InferenceException}, the
   *     failure
   */
  CompletionStage<InferenceResult> infer(InferenceRequest request, Origin origin);
}
