package io.dunlin.shared.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model spec from YAML ({@code model.yaml}) or JSON ({@code PUT}): the same keys in both.
 *
 * <p>A key that is absent or null has its default; an unknown key is refused with the nearest known
 * one; all problems are reported at once. Sizes are bytes or text ({@link ByteSize}), durations
 * text ({@link DurationText}); {@code replicas: 3} means {@code {min: 3, max: 3}}; {@code memory:
 * measured} (the default) lets the ledger find out. Immutable and thread-safe.
 */
public final class ModelSpecReader {
  /** The longest document read, in characters. */
  public static final int MAX_CHARACTERS = 64 * 1024;

  /** Levels of nesting a document may have; a spec needs three. */
  static final int MAX_DEPTH = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final @Nullable String name;
  private final @Nullable String defaultSource;

  private ModelSpecReader(@Nullable String name, @Nullable String defaultSource) {
    this.name = name;
    this.defaultSource = defaultSource;
  }

  /** For documents that must say their own name and source. */
  public static ModelSpecReader standalone() {
    return new ModelSpecReader(null, null);
  }

  /** For a document put to {@code name}: it may leave the name out but not say another. */
  public static ModelSpecReader forModel(String name) {
    return new ModelSpecReader(name, null);
  }

  /** As {@link #forModel(String)}; a document that says no source has {@code defaultSource}. */
  public static ModelSpecReader forModel(String name, String defaultSource) {
    return new ModelSpecReader(name, defaultSource);
  }

  /**
   * @throws SpecException with every problem found
   */
  public ModelSpec readYaml(String text) throws SpecException {
    ModelSpecProblems problems = new ModelSpecProblems();
    requireShort(text, problems);
    JsonNode document = ModelSpecYaml.parse(text, problems);
    problems.throwIfAny();
    return read(document, problems);
  }

  /**
   * @throws SpecException with every problem found
   */
  public ModelSpec readJson(String text) throws SpecException {
    return readTree(parseJson(text));
  }

  /**
   * Reads a parsed document, such as the result of a patch.
   *
   * @throws SpecException with every problem found
   */
  public ModelSpec readTree(JsonNode document) throws SpecException {
    return read(document, new ModelSpecProblems());
  }

  /**
   * Checks a spec that was built in code, such as from command line options, by the rules for
   * documents.
   *
   * @throws SpecException with every problem found
   */
  public static ModelSpec validated(ModelSpec spec) throws SpecException {
    return standalone().readTree(ModelSpecWriter.toTree(spec));
  }

  static JsonNode parseJson(String text) throws SpecException {
    ModelSpecProblems problems = new ModelSpecProblems();
    requireShort(text, problems);
    JsonNode document = null;
    try {
      document = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      problems.add("", "not JSON" + where, "JSON: " + firstLine(e.getOriginalMessage()));
    }
    problems.throwIfAny();
    if (document == null || document.isMissingNode()) {
      problems.add("", "nothing", "a JSON object");
      problems.throwIfAny();
    }
    return Objects.requireNonNull(document);
  }

  private ModelSpec read(@Nullable JsonNode document, ModelSpecProblems problems)
      throws SpecException {
    if (document == null || !document.isObject()) {
      problems.add("", String.valueOf(document), "an object with at least the key source");
      problems.throwIfAny();
      throw new AssertionError("throwIfAny has thrown");
    }
    ModelSpec spec = new ModelSpecMapping(document, problems).map(name, defaultSource);
    problems.throwIfAny();
    return spec;
  }

  private static void requireShort(String text, ModelSpecProblems problems) throws SpecException {
    if (text.length() > MAX_CHARACTERS) {
      problems.add("", text.length() + " characters", "at most " + MAX_CHARACTERS + " characters");
      problems.throwIfAny();
    }
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
