package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import java.util.List;

/** The repository index: an array with one entry per version, as Triton writes it. Pure. */
final class IndexDocument {
  private IndexDocument() {}

  /**
   * @param readyOnly leaves out what cannot answer now
   */
  static ArrayNode of(List<ServedModel> models, boolean readyOnly) {
    ArrayNode index = JsonNodeFactory.instance.arrayNode();
    for (ServedModel model : models) {
      if (model.versions().isEmpty() && !readyOnly) {
        index.addObject().put("name", model.name());
      }
      for (int i = model.versions().size() - 1; i >= 0; i--) {
        ServedVersion version = model.versions().get(i);
        if (version.isAvailable() || !readyOnly) {
          entry(index.addObject(), model.name(), version);
        }
      }
    }
    return index;
  }

  private static void entry(ObjectNode entry, String model, ServedVersion version) {
    entry.put("name", model);
    entry.put("version", Long.toString(version.version()));
    entry.put("state", state(version));
    String reason = reason(version);
    if (!reason.isEmpty()) {
      entry.put("reason", reason);
    }
  }

  private static String state(ServedVersion version) {
    if (version.isAvailable()) {
      return "READY";
    }
    return switch (version.state()) {
      // Ready at the replica, but not yet (or no longer) reachable from here.
      case PENDING, LOADING, WARMING, READY -> "LOADING";
      case DRAINING, UNLOADING -> "UNLOADING";
      case UNLOADED, FAILED -> "UNAVAILABLE";
    };
  }

  private static String reason(ServedVersion version) {
    if (version.isAvailable() || !version.reason().isEmpty()) {
      return version.isAvailable() ? "" : version.reason();
    }
    return switch (version.state()) {
      case UNLOADED -> "unloaded";
      case FAILED -> "failed";
      case PENDING, LOADING, WARMING, READY, DRAINING, UNLOADING -> "";
    };
  }
}
