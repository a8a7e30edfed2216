package io.dunlin.gateway.http.openinference;

import com.typesafe.config.Config;

/**
 * What an operator may set about the V2 surface.
 *
 * @param serverName the {@code name} of {@code GET /v2}; configurable because client examples
 *     compare it
 * @param serverVersion the {@code version} of {@code GET /v2}
 * @param maxTensorBytes most bytes of all input tensors of one request together, once decoded
 */
public record OpenInferenceSettings(String serverName, String serverVersion, int maxTensorBytes) {
  public static final String DEFAULT_SERVER_NAME = "dunlin";
  public static final int DEFAULT_MAX_TENSOR_BYTES = 64 << 20;

  public OpenInferenceSettings {
    if (serverName.isBlank()) {
      throw new IllegalArgumentException("server-name: '" + serverName + "' (expected: not blank)");
    }
    if (maxTensorBytes < 1) {
      throw new IllegalArgumentException(
          "max-tensor-bytes: " + maxTensorBytes + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
  }

  /** Every default. */
  public static OpenInferenceSettings of(String serverVersion) {
    return new OpenInferenceSettings(DEFAULT_SERVER_NAME, serverVersion, DEFAULT_MAX_TENSOR_BYTES);
  }

  /**
   * @param config the section with the keys {@code server-name} and {@code max-tensor-bytes}
   * @param serverVersion this build's version
   */
  public static OpenInferenceSettings from(Config config, String serverVersion) {
    long maxTensorBytes = config.getMemorySize("max-tensor-bytes").toBytes();
    if (maxTensorBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "max-tensor-bytes: " + maxTensorBytes + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
    return new OpenInferenceSettings(
        config.getString("server-name"), serverVersion, (int) maxTensorBytes);
  }
}
