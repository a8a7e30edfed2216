package io.dunlin.gateway.admission.limit;

import java.util.Map;

/**
 * How much of a contended model each tenant may have, relative to the others that use it now.
 *
 * @param weights by tenant, each 1..1000
 * @param others the weight of a tenant that is not named
 */
public record TenantWeights(Map<String, Integer> weights, int others) {
  public static final TenantWeights EQUAL = new TenantWeights(Map.of(), 1);

  private static final int MAX = 1000;

  public TenantWeights {
    weights = Map.copyOf(weights);
    weights.forEach((tenant, weight) -> requireWeight("weights." + tenant, weight));
    requireWeight("default-weight", others);
  }

  int of(String tenant) {
    Integer weight = weights.get(tenant);
    return weight != null ? weight : others;
  }

  private static void requireWeight(String name, int weight) {
    if (weight < 1 || weight > MAX) {
      throw new IllegalArgumentException(name + ": " + weight + " (expected: 1.." + MAX + ")");
    }
  }
}
