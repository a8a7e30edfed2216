package io.dunlin.gateway.pipeline;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import io.dunlin.gateway.admission.limit.LimitSettings;
import io.dunlin.gateway.admission.limit.TenantWeights;
import java.util.HashMap;
import java.util.Map;

/**
 * Who may enter.
 *
 * @param limit of each model version
 * @param tenants how a contended limit is shared
 */
public record AdmissionSettings(LimitSettings limit, TenantWeights tenants) {
  public static final AdmissionSettings DEFAULT =
      new AdmissionSettings(LimitSettings.DEFAULT, TenantWeights.EQUAL);

  /** Reads {@code dunlin.gateway.admission}. */
  public static AdmissionSettings from(Config config) {
    try {
      return new AdmissionSettings(
          new LimitSettings(
              config.getInt("limit.initial"),
              config.getInt("limit.min"),
              config.getInt("limit.max"),
              config.getDouble("limit.queue-tolerance"),
              config.getDuration("limit.queue-target")),
          new TenantWeights(
              weights(config.getConfig("tenants.weights")),
              config.getInt("tenants.default-weight")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("dunlin.gateway.admission: " + e.getMessage(), e);
    }
  }

  /** Names may hold dots, so they are taken as keys, not as paths. */
  private static Map<String, Integer> weights(Config config) {
    Map<String, Integer> weights = new HashMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
      if (!(entry.getValue().unwrapped() instanceof Integer weight)) {
        throw new IllegalArgumentException(
            "tenants.weights."
                + entry.getKey()
                + ": "
                + entry.getValue().render()
                + " (expected: a whole number)");
      }
      weights.put(entry.getKey(), weight);
    }
    return weights;
  }
}
