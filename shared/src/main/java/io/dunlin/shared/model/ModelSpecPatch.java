package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Changes a model spec by a JSON merge patch (RFC 7396) on its JSON form, then checks the result as
 * if it had been written whole. A null gives a key its default again.
 *
 * <p>One rule goes beyond the RFC: {@code versionPolicy} is one value, not an object to merge into,
 * so {@code {"versionPolicy": {"specific": [2]}}} replaces {@code {"latest": 1}}. Each patch the
 * RFC's own rule would let through has the same result.
 */
public final class ModelSpecPatch {
  private static final String VERSION_POLICY = "versionPolicy";

  private ModelSpecPatch() {}

  /**
   * The spec after the patch.
   *
   * @throws SpecException when the patch is no JSON object, or its result is no valid spec
   */
  public static ModelSpec apply(ModelSpec spec, String patch) throws SpecException {
    return apply(spec, ModelSpecReader.parseJson(patch));
  }

  /** As {@link #apply(ModelSpec, String)} with a parsed patch. */
  public static ModelSpec apply(ModelSpec spec, JsonNode patch) throws SpecException {
    ModelSpecProblems problems = new ModelSpecProblems();
    if (!patch.isObject()) {
      problems.add("", patch, "a merge patch: a JSON object with the keys to change");
    }
    problems.throwIfAny();
    ObjectNode target = ModelSpecWriter.toTree(spec);
    if (patch.path(VERSION_POLICY).isObject()) {
      target.remove(VERSION_POLICY);
    }
    return ModelSpecReader.forModel(spec.name()).readTree(merged(target, patch));
  }

  /** RFC 7396 section 2, MergePatch(Target, Patch); changes and returns {@code target}. */
  private static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result =
        target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      String key = change.getKey();
      if (change.getValue().isNull()) {
        result.remove(key);
      } else {
        JsonNode before = result.has(key) ? result.get(key) : JsonNodeFactory.instance.nullNode();
        result.set(key, merged(before, change.getValue()));
      }
    }
    return result;
  }
}
