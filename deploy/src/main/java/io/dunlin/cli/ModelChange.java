package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.StringJoiner;

/** What the admin port's view of one model says about a change that is under way. */
final class ModelChange {

  private ModelChange() {}

  static String path(String model) {
    return "models/" + AdminClient.segment(model);
  }

  /** Over when every version has all of its replicas ready. */
  static WaitOptions.Step settled(AdminClient client, String model) {
    Optional<JsonNode> found = client.find(path(model));
    return found.isEmpty()
        ? WaitOptions.Step.waiting(model + " is not known yet")
        : settled(model, found.get());
  }

  static WaitOptions.Step settled(String model, JsonNode state) {
    StringJoiner words = new StringJoiner(", ");
    boolean all = !state.path("versions").isEmpty();
    for (JsonNode version : state.path("versions")) {
      String name = model + " v" + version.path("version").asLong();
      long ready = version.path("readyReplicas").asLong();
      long wanted = Math.max(version.path("replicas").asLong(), minimum(state));
      if (version.path("state").asText().equals("FAILED")) {
        return WaitOptions.Step.failed(name + " failed: " + version.path("reason").asText());
      }
      all &= ready >= wanted;
      words.add(name + " " + ready + " of " + Amounts.count(wanted, "replica") + " ready");
    }
    String text = words.length() == 0 ? model + " has no version yet" : words.toString();
    return all ? WaitOptions.Step.done(text) : WaitOptions.Step.waiting(text);
  }

  static WaitOptions.Step gone(AdminClient client, String model) {
    return client.find(path(model)).isEmpty()
        ? WaitOptions.Step.done(model + " is gone")
        : WaitOptions.Step.waiting(model + " is being unloaded");
  }

  private static long minimum(JsonNode state) {
    return state.path("replicas").path("min").asLong(1);
  }
}
