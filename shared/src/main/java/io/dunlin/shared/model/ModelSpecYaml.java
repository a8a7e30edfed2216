package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 (JSON schema) as the tree its JSON form would give. Anchors and aliases are
 * refused, whatever they would expand to, and so is nesting deeper than a spec can be.
 */
final class ModelSpecYaml {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ModelSpecYaml() {}

  /** The document's tree, or null after adding a problem. An empty document is an empty object. */
  static @Nullable JsonNode parse(String text, ModelSpecProblems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(ModelSpecReader.MAX_CHARACTERS)
            .build();
    try {
      if (!isPlain(text, settings, problems)) {
        return null;
      }
      Object loaded = new Load(settings).loadFromString(text);
      return loaded == null ? NODES.objectNode() : node(loaded);
    } catch (MarkedYamlEngineException e) {
      problems.add("", "not YAML" + at(e.getProblemMark()), "YAML: " + e.getProblem());
      return null;
    } catch (YamlEngineException e) {
      problems.add("", "not YAML", "YAML: " + e.getMessage());
      return null;
    }
  }

  /** Looks at the events first: they are flat, so a hostile document cannot exhaust the stack. */
  private static boolean isPlain(String text, LoadSettings settings, ModelSpecProblems problems) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      boolean alias = event.getEventId() == Event.ID.Alias;
      if (alias || event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        String what = alias ? "alias" : "anchor";
        problems.add("", what + at(event.getStartMark()), "YAML without anchors and aliases");
        return false;
      }
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > ModelSpecReader.MAX_DEPTH) {
        problems.add(
            "",
            "nested deeper" + at(event.getStartMark()),
            "at most " + ModelSpecReader.MAX_DEPTH + " levels");
        return false;
      }
    }
    return true;
  }

  private static String at(Optional<Mark> mark) {
    return mark.map(m -> " at line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1))
        .orElse("");
  }

  private static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case String text -> NODES.textNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case BigInteger number -> NODES.numberNode(number);
      case Number number -> NODES.numberNode(number.doubleValue());
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode(list.size());
        list.forEach(element -> array.add(node(element)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, element) -> object.set(String.valueOf(key), node(element)));
        yield object;
      }
      default -> NODES.textNode(value.toString());
    };
  }
}
