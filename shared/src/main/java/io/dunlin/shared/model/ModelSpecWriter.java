package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.model.ModelSpec.Placement;
import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Writes a model spec as JSON that {@link ModelSpecReader} reads back to an equal spec: every key,
 * always in the order of the contract, bytes as numbers, durations as text.
 */
public final class ModelSpecWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ModelSpecWriter() {}

  /** Indented JSON text. */
  public static String toJson(ModelSpec spec) {
    return toTree(spec).toPrettyString();
  }

  public static ObjectNode toTree(ModelSpec spec) {
    ObjectNode root = NODES.objectNode();
    root.put("name", spec.name());
    root.put("source", spec.source());
    root.set("versionPolicy", versionPolicy(spec.versionPolicy()));
    root.putObject("replicas").put("min", spec.replicas().min()).put("max", spec.replicas().max());
    root.put("device", spec.device().name().toLowerCase(Locale.ROOT));
    if (spec.memoryBytes().isPresent()) {
      root.put("memory", spec.memoryBytes().getAsLong());
    } else {
      root.put("memory", ModelSpecMapping.MEASURED);
    }
    root.set("batching", batching(spec.batching()));
    root.putObject("queue")
        .put("maxRows", spec.queue().maxRows())
        .put("maxBytes", spec.queue().maxBytes());
    root.put("timeout", DurationText.format(spec.timeout()));
    root.putObject("warmup")
        .put("enabled", spec.warmup().enabled())
        .put("runs", spec.warmup().runs());
    root.set("placement", placement(spec.placement()));
    root.put("priority", spec.priority());
    root.putObject("threading")
        .put("lanes", spec.threading().lanes())
        .put("intraOp", spec.threading().intraOp())
        .put("inlineOps", spec.threading().inlineOps());
    root.put("idempotent", spec.failover().idempotent());
    root.put("hedging", spec.failover().hedging());
    return root;
  }

  private static JsonNode versionPolicy(VersionPolicy policy) {
    return switch (policy) {
      case VersionPolicy.All all -> NODES.textNode("all");
      case VersionPolicy.Latest latest -> NODES.objectNode().put("latest", latest.count());
      case VersionPolicy.Specific specific -> {
        ObjectNode object = NODES.objectNode();
        ArrayNode list = object.putArray("specific");
        specific.versions().forEach(list::add);
        yield object;
      }
    };
  }

  private static ObjectNode batching(Batching batching) {
    ObjectNode object = NODES.objectNode();
    object.put("enabled", batching.enabled());
    object.put("maxBatchSize", batching.maxBatchSize());
    object.put("maxQueueDelay", DurationText.format(batching.maxQueueDelay()));
    ArrayNode sizes = object.putArray("allowedBatchSizes");
    batching.allowedBatchSizes().forEach(sizes::add);
    return object;
  }

  private static ObjectNode placement(Placement placement) {
    ObjectNode object = NODES.objectNode();
    ArrayNode zones = object.putArray("zones");
    placement.zones().forEach(zones::add);
    ObjectNode labels = object.putObject("labels");
    new TreeMap<>(placement.labels()).forEach(labels::put);
    object.put("spread", placement.spread());
    return object;
  }
}
