package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One object of a spec document, read key by key. A key that is absent or null gives the fallback;
 * one that is wrong adds a problem and gives the fallback too, so that reading goes on.
 */
final class ModelSpecFields {
  private final ObjectNode object;
  private final String path;
  private final ModelSpecProblems problems;

  private ModelSpecFields(ObjectNode object, String path, ModelSpecProblems problems) {
    this.object = object;
    this.path = path;
    this.problems = problems;
  }

  /** Wraps {@code node}, adding a problem for each key that is not in {@code known}. */
  static ModelSpecFields of(
      @Nullable JsonNode node, String path, List<String> known, ModelSpecProblems problems) {
    if (node != null && !node.isNull() && !node.isObject()) {
      problems.add(path, node, "an object with the keys " + String.join(", ", known));
    }
    ObjectNode object =
        node instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode();
    ModelSpecFields fields = new ModelSpecFields(object, path, problems);
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problems.addUnknownKey(fields.pathOf(ModelSpecProblems.shortened(name)), name, known);
      }
    }
    return fields;
  }

  ModelSpecFields child(String key, List<String> known) {
    return of(node(key), pathOf(key), known, problems);
  }

  /** The value of a key, or null where it is absent or null. */
  @Nullable JsonNode node(String key) {
    JsonNode node = object.get(key);
    return node == null || node.isNull() ? null : node;
  }

  boolean has(String key) {
    return node(key) != null;
  }

  String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  void refuse(String key, JsonNode value, String expected) {
    problems.add(pathOf(key), value, expected);
  }

  void refuse(String key, String value, String expected) {
    problems.add(pathOf(key), value, expected);
  }

  boolean flag(String key, boolean fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return fallback;
    }
    if (!node.isBoolean()) {
      refuse(key, node, "true or false");
      return fallback;
    }
    return node.booleanValue();
  }

  int integer(String key, int min, int max, int fallback) {
    JsonNode node = node(key);
    return node == null ? fallback : (int) integerIn(key, node, min, max, fallback);
  }

  /** {@code node} as a whole number in {@code min..max}; a problem at {@code key} otherwise. */
  long integerIn(String key, JsonNode node, long min, long max, long fallback) {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < min
        || node.longValue() > max) {
      refuse(key, node, min + ".." + max);
      return fallback;
    }
    return node.longValue();
  }

  @Nullable String text(String key, String expected) {
    JsonNode node = node(key);
    if (node == null) {
      return null;
    }
    if (!node.isTextual() || node.textValue().isBlank()) {
      refuse(key, node, expected);
      return null;
    }
    return node.textValue();
  }

  Duration duration(String key, Duration min, Duration max, Duration fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return fallback;
    }
    Duration duration = parsedDuration(node.isTextual() ? node.textValue() : node.toString());
    if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      String range = DurationText.format(min) + ".." + DurationText.format(max);
      refuse(key, node, range + ": " + DurationText.EXPECTED);
      return fallback;
    }
    return duration;
  }

  long bytes(String key, long min, long max, long fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return fallback;
    }
    long bytes = node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : -1;
    if (node.isTextual()) {
      bytes = parsedBytes(node.textValue());
    }
    if (bytes < min || bytes > max) {
      refuse(key, node, min + ".." + max + " " + ByteSize.EXPECTED);
      return fallback;
    }
    return bytes;
  }

  <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return fallback;
    }
    StringBuilder expected = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (node.isTextual() && name.equals(node.textValue().toLowerCase(Locale.ROOT))) {
        return constant;
      }
      expected.append(expected.isEmpty() ? "" : ", ").append(name);
    }
    refuse(key, node, "one of " + expected);
    return fallback;
  }

  private static @Nullable Duration parsedDuration(String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static long parsedBytes(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }
}
