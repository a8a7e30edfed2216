package io.dunlin.gateway.http.openinference;

import com.typesafe.config.Config;

/**
 * What an operator may set about the V2 surface.
 *
 * @param serverName the {@code name} of {@code GET /v2}; configurable because client examples
 *     compare it
 * @param serverVersion the {@code version} of {@code GET /v2}
 * @param maxTensorBytes most bytes of all input tensors of one request together, once decoded;
 *     above it the answer is 413
 * @param maxResponseBytes most bytes of one answer; a result that takes more is answered 413
 */
public record OpenInferenceSettings(
    String serverName, String serverVersion, int maxTensorBytes, int maxResponseBytes) {
  public static final String DEFAULT_SERVER_NAME = "dunlin";
  public static final int DEFAULT_MAX_TENSOR_BYTES = 64 << 20;
  public static final int DEFAULT_MAX_RESPONSE_BYTES = 512 << 20;

  public OpenInferenceSettings {
    if (serverName.isBlank()) {
      throw new IllegalArgumentException("server-name: '" + serverName + "' (expected: not blank)");
    }
    requireBytes("max-tensor-bytes", maxTensorBytes);
    requireBytes("max-response-bytes", maxResponseBytes);
  }

  /** Every default. */
  public static OpenInferenceSettings of(String serverVersion) {
    return new OpenInferenceSettings(
        DEFAULT_SERVER_NAME, serverVersion, DEFAULT_MAX_TENSOR_BYTES, DEFAULT_MAX_RESPONSE_BYTES);
  }

  /**
   * @param config the section with the keys {@code server-name}, {@code max-tensor-bytes} and
   *     {@code max-response-bytes}
   * @param serverVersion this build's version
   */
  public static OpenInferenceSettings from(Config config, String serverVersion) {
    return new OpenInferenceSettings(
        config.getString("server-name"),
        serverVersion,
        bytes(config, "max-tensor-bytes"),
        bytes(config, "max-response-bytes"));
  }

  private static int bytes(Config config, String key) {
    long bytes = config.getMemorySize(key).toBytes();
    requireBytes(key, bytes);
    return (int) bytes;
  }

  private static void requireBytes(String key, long bytes) {
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          key + ": " + bytes + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
  }
}
