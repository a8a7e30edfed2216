package io.dunlin.gateway.http.tfserving;

/**
 * Bounds and switches of the TensorFlow Serving API.
 *
 * @param maxTensorBytes most bytes of all input tensors of one request together; above it the
 *     answer is 413
 * @param maxResponseBytes most bytes of one answer; a result whose JSON is longer is answered 413
 * @param cors whether every answer carries the {@code Access-Control-Allow-*} headers that let
 *     pages of any origin call the API
 */
public record TfServingSettings(int maxTensorBytes, int maxResponseBytes, boolean cors) {
  /** 64 MiB of tensors, 512 MiB of JSON, no CORS. */
  public static final TfServingSettings DEFAULT = new TfServingSettings(64 << 20, 512 << 20, false);

  public TfServingSettings {
    if (maxTensorBytes <= 0) {
      throw new IllegalArgumentException("maxTensorBytes: " + maxTensorBytes + " (expected: > 0)");
    }
    if (maxResponseBytes <= 0) {
      throw new IllegalArgumentException(
          "maxResponseBytes: " + maxResponseBytes + " (expected: > 0)");
    }
  }
}
