package io.dunlin.gateway.http;

import io.dunlin.shared.inference.Failure;
import java.util.concurrent.CompletionStage;

/** One HTTP inference protocol. Stateless and thread-safe. */
public interface InferenceApi {
  /**
   * Answers a request whose path belongs to this protocol. A mistake of the client becomes a
   * response in the protocol's own error shape; the stage fails only for bugs, and with {@link
   * AskAgainException} for what may be answered once the cluster has changed.
   */
  CompletionStage<ApiResponse> handle(ApiRequest request);

  /** A failure in the protocol's own error shape. */
  ApiResponse failure(Failure failure);
}
