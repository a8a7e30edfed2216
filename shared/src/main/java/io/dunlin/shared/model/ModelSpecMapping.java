package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelSpec.Failover;
import io.dunlin.shared.model.ModelSpec.Placement;
import io.dunlin.shared.model.ModelSpec.Queue;
import io.dunlin.shared.model.ModelSpec.Replicas;
import io.dunlin.shared.model.ModelSpec.Threading;
import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import io.dunlin.shared.model.ModelSpec.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Maps a parsed document to a {@link ModelSpec}: keys, ranges and defaults stand here, once. */
final class ModelSpecMapping {
  static final List<String> ROOT_KEYS =
      List.of(
          "name",
          "source",
          "versionPolicy",
          "replicas",
          "device",
          "memory",
          "batching",
          "queue",
          "timeout",
          "warmup",
          "placement",
          "priority",
          "threading",
          "idempotent",
          "hedging");

  /** The keys of each object below the root. */
  static final Map<String, List<String>> NESTED_KEYS =
      Map.of(
          "versionPolicy", List.of("latest", "all", "specific"),
          "replicas", List.of("min", "max"),
          "batching", List.of("enabled", "maxBatchSize", "maxQueueDelay", "allowedBatchSizes"),
          "queue", List.of("maxRows", "maxBytes"),
          "warmup", List.of("enabled", "runs"),
          "placement", List.of("zones", "labels", "spread"),
          "threading", List.of("lanes", "intraOp", "inlineOps"));

  /** The word for memory that the ledger finds out by itself. */
  static final String MEASURED = "measured";

  static final int MAX_BATCH_SIZE = 65_536;
  static final int MAX_REPLICAS = 10_000;
  static final int MAX_LIST = 64;
  static final long MAX_MEMORY_BYTES = 1L << 50;

  private static final int MAX_QUEUE_ROWS = 1_000_000;
  private static final long MAX_QUEUE_BYTES = 1L << 40;
  private static final Duration MAX_QUEUE_DELAY = Duration.ofMinutes(1);
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
  private static final int MAX_TEXT = 4096;

  private final ModelSpecFields root;
  private final ModelSpecProblems problems;

  ModelSpecMapping(JsonNode document, ModelSpecProblems problems) {
    this.root = ModelSpecFields.of(document, "", ROOT_KEYS, problems);
    this.problems = problems;
  }

  /**
   * Reads every key; what is wrong is added to the problems and has its default in the result.
   *
   * @param requiredName the name the document must have, or null where it may choose one
   * @param defaultSource the source of a document that names none, or null where it must
   */
  ModelSpec map(@Nullable String requiredName, @Nullable String defaultSource) {
    ModelSpec defaults = ModelSpec.of("", "");
    return new ModelSpec(
        name(requiredName),
        source(defaultSource),
        versionPolicy(defaults.versionPolicy()),
        replicas(defaults.replicas()),
        root.choice("device", DeviceKind.class, defaults.device()),
        memory(),
        batching(),
        queue(),
        root.duration("timeout", MIN_TIMEOUT, MAX_TIMEOUT, defaults.timeout()),
        warmup(),
        placement(),
        root.integer("priority", 0, 7, defaults.priority()),
        threading(),
        failover(defaults.failover()));
  }

  private Failover failover(Failover defaults) {
    return new Failover(
        root.flag("idempotent", defaults.idempotent()), root.flag("hedging", defaults.hedging()));
  }

  private String name(@Nullable String required) {
    String rule =
        "letters, digits, '-', '_', '.', at most " + ModelNames.MAX_LENGTH + " characters";
    String given = root.text("name", rule);
    if (required == null) {
      if (given == null && !root.has("name")) {
        root.refuse("name", "missing", rule);
      } else if (given != null && !ModelNames.isValid(given)) {
        root.refuse("name", "'" + given + "'", rule);
      }
      return given == null ? "" : given;
    }
    if (given != null && !given.equals(required)) {
      root.refuse("name", "'" + given + "'", "'" + required + "', the model this spec is put to");
    }
    if (!ModelNames.isValid(required)) {
      root.refuse("name", "'" + required + "'", rule);
    }
    return required;
  }

  private String source(@Nullable String fallback) {
    String rule = "the folder that holds the version folders";
    String given = root.text("source", rule);
    if (given == null) {
      if (fallback == null && !root.has("source")) {
        root.refuse("source", "missing", rule);
      }
      return fallback == null ? "" : fallback;
    }
    if (given.length() > MAX_TEXT || given.indexOf('\0') >= 0) {
      root.refuse("source", "'" + given + "'", "a path of at most " + MAX_TEXT + " characters");
    }
    return given;
  }

  private VersionPolicy versionPolicy(VersionPolicy fallback) {
    JsonNode node = root.node("versionPolicy");
    if (node == null) {
      return fallback;
    }
    if (node.isObject()) {
      return versionPolicyOf(node, fallback);
    }
    if (node.isTextual() && node.textValue().equals("all")) {
      return new VersionPolicy.All();
    }
    if (node.isTextual() && node.textValue().equals("latest")) {
      return new VersionPolicy.Latest(1);
    }
    root.refuse("versionPolicy", node, "'all', {latest: n} or {specific: [..]}");
    return fallback;
  }

  private VersionPolicy versionPolicyOf(JsonNode node, VersionPolicy fallback) {
    ModelSpecFields policy = child("versionPolicy");
    int chosen = 0;
    for (String key : keysBelow("versionPolicy")) {
      chosen += policy.has(key) ? 1 : 0;
    }
    if (chosen != 1) {
      root.refuse("versionPolicy", node, "exactly one of latest, all, specific");
      return fallback;
    }
    if (policy.has("latest")) {
      return new VersionPolicy.Latest(policy.integer("latest", 1, MAX_LIST, 1));
    }
    if (policy.has("all")) {
      if (!policy.flag("all", true)) {
        policy.refuse("all", "false", "true, or another policy");
      }
      return new VersionPolicy.All();
    }
    return new VersionPolicy.Specific(
        distinctNumbers(policy, "specific", 0, Long.MAX_VALUE, "version numbers"));
  }

  private Replicas replicas(Replicas fallback) {
    JsonNode node = root.node("replicas");
    if (node == null) {
      return fallback;
    }
    if (node.isNumber()) {
      int both = root.integer("replicas", 0, MAX_REPLICAS, fallback.min());
      return new Replicas(both, both);
    }
    if (!node.isObject()) {
      root.refuse("replicas", node, "a number, or {min, max}");
      return fallback;
    }
    ModelSpecFields replicas = child("replicas");
    int min = replicas.integer("min", 0, MAX_REPLICAS, fallback.min());
    int max = replicas.integer("max", 0, MAX_REPLICAS, Math.max(min, fallback.max()));
    if (replicas.has("min") && !replicas.has("max")) {
      max = min;
    } else if (replicas.has("max") && !replicas.has("min")) {
      min = Math.min(min, max);
    }
    if (min > max) {
      root.refuse("replicas", node, "min <= max");
    }
    return new Replicas(min, max);
  }

  private OptionalLong memory() {
    JsonNode node = root.node("memory");
    if (node == null || node.isTextual() && node.textValue().equals(MEASURED)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(root.bytes("memory", 1, MAX_MEMORY_BYTES, 1));
  }

  private Batching batching() {
    Batching fallback = Batching.DEFAULT;
    ModelSpecFields batching = child("batching");
    List<Integer> allowed = new ArrayList<>();
    for (long size :
        distinctNumbers(batching, "allowedBatchSizes", 1, MAX_BATCH_SIZE, "batch sizes")) {
      allowed.add((int) size);
    }
    int ceiling = allowed.isEmpty() ? fallback.maxBatchSize() : allowed.getLast();
    int maxBatchSize = batching.integer("maxBatchSize", 1, MAX_BATCH_SIZE, ceiling);
    if (!allowed.isEmpty() && allowed.getLast() != maxBatchSize) {
      batching.refuse(
          "allowedBatchSizes",
          allowed.toString(),
          "the largest is batching.maxBatchSize, "
              + maxBatchSize
              + ", so that a full batch is one");
    }
    return new Batching(
        batching.flag("enabled", fallback.enabled()),
        maxBatchSize,
        batching.duration(
            "maxQueueDelay", Duration.ZERO, MAX_QUEUE_DELAY, fallback.maxQueueDelay()),
        List.copyOf(allowed));
  }

  private Queue queue() {
    ModelSpecFields queue = child("queue");
    return new Queue(
        queue.integer("maxRows", 1, MAX_QUEUE_ROWS, Queue.DEFAULT.maxRows()),
        queue.bytes("maxBytes", 1, MAX_QUEUE_BYTES, Queue.DEFAULT.maxBytes()));
  }

  private Warmup warmup() {
    ModelSpecFields warmup = child("warmup");
    return new Warmup(
        warmup.flag("enabled", Warmup.DEFAULT.enabled()),
        warmup.integer("runs", 1, 1000, Warmup.DEFAULT.runs()));
  }

  private Placement placement() {
    ModelSpecFields placement = child("placement");
    return new Placement(
        zones(placement), labels(placement), placement.flag("spread", Placement.NONE.spread()));
  }

  private Threading threading() {
    ModelSpecFields threading = child("threading");
    return new Threading(
        threading.integer("lanes", 1, 256, Threading.DEFAULT.lanes()),
        threading.integer("intraOp", 0, 1024, Threading.DEFAULT.intraOp()),
        threading.flag("inlineOps", Threading.DEFAULT.inlineOps()));
  }

  private ModelSpecFields child(String key) {
    return root.child(key, keysBelow(key));
  }

  static List<String> keysBelow(String key) {
    return NESTED_KEYS.getOrDefault(key, List.of());
  }

  private List<String> zones(ModelSpecFields placement) {
    JsonNode node = placement.node("zones");
    if (node == null) {
      return List.of();
    }
    TreeSet<String> zones = new TreeSet<>();
    boolean allText = node.isArray() && node.size() <= MAX_LIST;
    for (JsonNode zone : node) {
      allText &= zone.isTextual() && !zone.textValue().isBlank();
      zones.add(zone.asText());
    }
    if (!allText || zones.size() != node.size()) {
      placement.refuse("zones", node, "at most " + MAX_LIST + " different zone names");
      return List.of();
    }
    return List.copyOf(zones);
  }

  private Map<String, String> labels(ModelSpecFields placement) {
    JsonNode node = placement.node("labels");
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MAX_LIST) {
      placement.refuse("labels", node, "an object of at most " + MAX_LIST + " names and texts");
      return Map.of();
    }
    Map<String, String> labels = new TreeMap<>();
    for (Map.Entry<String, JsonNode> label : node.properties()) {
      JsonNode value = label.getValue();
      // YAML reads ssd: true and rack: 7 as a flag and a number; both are meant as text here.
      boolean plain = value.isTextual() || value.isBoolean() || value.isIntegralNumber();
      if (label.getKey().isBlank() || !plain) {
        problems.add(
            placement.pathOf("labels") + "." + ModelSpecProblems.shortened(label.getKey()),
            value,
            "text");
      } else {
        labels.put(label.getKey(), value.asText());
      }
    }
    return Collections.unmodifiableMap(labels);
  }

  /** A list of different whole numbers, ascending; empty with a problem when it is not. */
  private static List<Long> distinctNumbers(
      ModelSpecFields fields, String key, long min, long max, String what) {
    JsonNode node = fields.node(key);
    if (node == null) {
      return List.of();
    }
    boolean mayBeEmpty = !key.equals("specific");
    TreeSet<Long> numbers = new TreeSet<>();
    boolean valid = node.isArray() && node.size() <= MAX_LIST && (mayBeEmpty || !node.isEmpty());
    for (JsonNode number : node) {
      valid &= number.isIntegralNumber() && number.canConvertToLong();
      valid &= number.longValue() >= min && number.longValue() <= max;
      numbers.add(number.longValue());
    }
    if (!valid || numbers.size() != node.size()) {
      String range = max == Long.MAX_VALUE ? ", each >= " + min : ", each " + min + ".." + max;
      String count = (mayBeEmpty ? "at most " : "1 to ") + MAX_LIST;
      fields.refuse(key, node, "a list of " + count + " different " + what + range);
      return List.of();
    }
    return List.copyOf(numbers);
  }
}
