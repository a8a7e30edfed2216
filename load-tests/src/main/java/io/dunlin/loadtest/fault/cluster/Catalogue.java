package io.dunlin.loadtest.fault.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cluster was told to serve, as the admin API shows it: every model's spec, revision and
 * aliases, without what is merely so at the moment. Pure.
 *
 * @param models answers of {@code /admin/v1/models/M}, by M
 */
public record Catalogue(Map<String, JsonNode> models) {
  private static final List<String> TOLD = List.of("spec", "origin", "aliases", "deleted");

  public Catalogue {
    models = Map.copyOf(models);
  }

  /** What is said of a model; empty when it is not there. */
  public JsonNode model(String model) {
    JsonNode body = models.get(model);
    return body == null ? MissingNode.getInstance() : body;
  }

  public Catalogue without(String model) {
    Map<String, JsonNode> rest = new HashMap<>(models);
    rest.remove(model);
    return new Catalogue(rest);
  }

  /** The revision of a model; 0 when it is not there. */
  public long revision(String model) {
    return model(model).path("revision").asLong();
  }

  /**
   * What is not as it was.
   *
   * @param before what must still be so
   * @return a line for each difference; empty when there is none
   */
  public List<String> differencesFrom(Catalogue before) {
    List<String> differences = new ArrayList<>();
    new TreeMap<>(before.models)
        .forEach(
            (model, then) -> {
              JsonNode now = models.get(model);
              if (now == null) {
                differences.add(model + " is gone");
                return;
              }
              for (String field : TOLD) {
                if (!now.path(field).equals(then.path(field))) {
                  differences.add(
                      model
                          + ": "
                          + field
                          + " is "
                          + now.path(field)
                          + " (expected: "
                          + then.path(field)
                          + ")");
                }
              }
              if (revision(model) < before.revision(model)) {
                differences.add(
                    model
                        + ": revision "
                        + revision(model)
                        + " (expected: "
                        + before.revision(model)
                        + ", confirmed)");
              }
            });
    for (String model : new TreeMap<>(models).keySet()) {
      if (!before.models.containsKey(model)) {
        differences.add(model + " is there and was not");
      }
    }
    return differences;
  }
}
