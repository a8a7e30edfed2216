package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Request bodies as text and as JSON objects with known keys. */
final class Bodies {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Bodies() {}

  static String text(AdminRequest request) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(request.body())).toString();
    } catch (CharacterCodingException e) {
      throw invalid("request body: not UTF-8 (expected: UTF-8 text)");
    }
  }

  /** Whether the body is YAML: by its media type, else by not beginning like a JSON object. */
  static boolean isYaml(AdminRequest request, String text) {
    String type = request.header().apply("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    return type.contains("yaml")
        || (!type.contains("json") && !text.stripLeading().startsWith("{"));
  }

  /** The body as a JSON object that has no other keys than these. */
  static ObjectNode object(AdminRequest request, Set<String> known) {
    JsonNode document;
    try {
      document = JSON.readTree(text(request));
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw invalid("request body: not JSON" + where + ": " + firstLine(e.getOriginalMessage()));
    }
    if (!(document instanceof ObjectNode object)) {
      throw invalid("request body: no JSON object (expected: one with " + keys(known) + ")");
    }
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw invalid("unknown key: '" + key + "' (expected: " + keys(known) + ")");
              }
            });
    return object;
  }

  /** An empty body, or one that is a JSON object without keys. */
  static void requireNone(AdminRequest request) {
    if (!text(request).isBlank()) {
      object(request, Set.of());
    }
  }

  static InferenceException invalid(String message) {
    return Failure.invalidArgument(message).toException();
  }

  private static String keys(Set<String> known) {
    return known.isEmpty() ? "no keys" : String.join(", ", new TreeSet<>(known));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
