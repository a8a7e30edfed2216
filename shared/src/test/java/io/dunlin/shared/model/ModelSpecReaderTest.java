package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelSpec.Replicas;
import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSpecReaderTest {
  private static final String FULL =
      """
      name: fraud
      source: models/fraud
      versionPolicy: {specific: [3, 1]}
      replicas: {min: 2, max: 5}
      device: GPU
      memory: 1.5GiB
      batching:
        enabled: false
        maxBatchSize: 32
        maxQueueDelay: 2ms
        allowedBatchSizes: [8, 32, 1]
      queue: {maxRows: 100, maxBytes: 6MB}
      timeout: 5s
      warmup: {enabled: false, runs: 3}
      placement:
        zones: [b, a]
        labels: {ssd: true, rack: 7, tier: hot}
        spread: false
      priority: 0
      threading: {lanes: 2, intraOp: 4, inlineOps: false}
      idempotent: false
      hedging: true
      """;

  /** What {@link #FULL} must give, per key of the contract. */
  private static final Map<String, Expectation> EXPECTED = expectations();

  private record Expectation(Function<ModelSpec, Object> read, Object value) {}

  @Test
  void everyKeyButSourceHasItsDefault() throws SpecException {
    ModelSpec spec = ModelSpecReader.forModel("fraud").readYaml("source: models/fraud");

    assertThat(spec).isEqualTo(ModelSpec.of("fraud", "models/fraud"));
  }

  @Test
  void anEmptyFileIsEveryDefaultWhereTheSourceIsKnown() throws SpecException {
    assertThat(ModelSpecReader.forModel("fraud", "models/fraud").readYaml("# nothing yet\n"))
        .isEqualTo(ModelSpec.of("fraud", "models/fraud"));
  }

  @Test
  void everyKeyIsMapped() throws SpecException {
    ModelSpec spec = ModelSpecReader.standalone().readYaml(FULL);
    ModelSpec defaults = ModelSpec.of("other", "other");

    assertThat(EXPECTED.keySet()).containsExactlyInAnyOrderElementsOf(keysOfTheContract());
    EXPECTED.forEach(
        (key, expectation) -> {
          assertThat(expectation.read().apply(spec)).as(key).isEqualTo(expectation.value());
          assertThat(expectation.read().apply(defaults))
              .as("the default of %s, which the document must not repeat", key)
              .isNotEqualTo(expectation.value());
        });
  }

  @Test
  void jsonAndYamlGiveTheSameSpec() throws SpecException {
    ModelSpec spec = ModelSpecReader.standalone().readYaml(FULL);
    String json = ModelSpecWriter.toJson(spec);

    assertThat(ModelSpecReader.standalone().readJson(json)).isEqualTo(spec);
    assertThat(ModelSpecReader.standalone().readYaml(json)).isEqualTo(spec);
    assertThat(ModelSpecReader.validated(spec)).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas: 3|3|3",
        "replicas: {min: 3}|3|3",
        "replicas: {max: 3}|1|3",
        "replicas: {max: 0}|0|0",
        "replicas: 0|0|0",
        "replicas: null|1|1",
        "replicas:|1|1"
      })
  void replicasMayBeShort(String yaml, int min, int max) throws SpecException {
    assertThat(read(yaml).replicas()).isEqualTo(new Replicas(min, max));
  }

  @Test
  void versionPolicyHasThreeFormsAndShortOnes() throws SpecException {
    assertThat(read("versionPolicy: all").versionPolicy()).isEqualTo(new VersionPolicy.All());
    assertThat(read("versionPolicy: {all: true}").versionPolicy())
        .isEqualTo(new VersionPolicy.All());
    assertThat(read("versionPolicy: latest").versionPolicy())
        .isEqualTo(new VersionPolicy.Latest(1));
    assertThat(read("versionPolicy: {latest: 2}").versionPolicy())
        .isEqualTo(new VersionPolicy.Latest(2));
    assertThat(read("versionPolicy: {specific: [0]}").versionPolicy())
        .isEqualTo(new VersionPolicy.Specific(List.of(0L)));
  }

  @Test
  void theLargestAllowedBatchSizeIsTheMaximumWhenNoneIsGiven() throws SpecException {
    assertThat(read("batching: {allowedBatchSizes: [1, 16]}").batching().maxBatchSize())
        .isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "batching: {maxBatchSize: -1}|batching.maxBatchSize: -1 (expected: 1..65536)",
        "batching: {maxBatchSize: 65537}|batching.maxBatchSize: 65537 (expected: 1..65536)",
        "batching: {maxBatchSize: '64'}|batching.maxBatchSize: \"64\" (expected: 1..65536)",
        "batching: {maxBatchSize: 1.5}|batching.maxBatchSize: 1.5 (expected: 1..65536)",
        "batching: {maxBatchSzie: 1}|batching.maxBatchSzie: unknown key (expected: maxBatchSize;",
        "batching: {max_batch_size: 1}|batching.max_batch_size: unknown key (expected: maxBatchSize;",
        "bathcing: {}|bathcing: unknown key (expected: batching;",
        "zzzzzzzzz: 1|zzzzzzzzz: unknown key (expected: known keys: name, source,",
        "batching: 3|batching: 3 (expected: an object with the keys enabled,",
        "batching: {enabled: 'yes'}|batching.enabled: \"yes\" (expected: true or false)",
        "batching: {maxQueueDelay: 2}|batching.maxQueueDelay: 2 (expected: 0ms..1m: a number and",
        "batching: {maxQueueDelay: 61s}|batching.maxQueueDelay: \"61s\" (expected: 0ms..1m",
        "batching: {allowedBatchSizes: [1, 1]}|batching.allowedBatchSizes: [1,1] (expected: a list",
        "batching: {allowedBatchSizes: [1], maxBatchSize: 2}|(expected: the largest is batching",
        "replicas: -1|replicas: -1 (expected: 0..10000)",
        "replicas: 10001|replicas: 10001 (expected: 0..10000)",
        "replicas: {min: 3, max: 2}|replicas: {\"min\":3,\"max\":2} (expected: min <= max)",
        "replicas: many|replicas: \"many\" (expected: a number, or {min, max})",
        "device: tpu|device: \"tpu\" (expected: one of cpu, gpu, any)",
        "memory: -5|memory: -5 (expected: 1..1125899906842624 bytes, or text",
        "memory: 0|memory: 0 (expected: 1..",
        "memory: 2PB|memory: \"2PB\" (expected: 1..",
        "memory: 1e30|memory: 1.0E30 (expected: 1..",
        "timeout: 30|timeout: 30 (expected: 1ms..1h: a number and a unit",
        "timeout: 0|timeout: 0 (expected: 1ms..1h",
        "priority: 8|priority: 8 (expected: 0..7)",
        "queue: {maxRows: 0}|queue.maxRows: 0 (expected: 1..1000000)",
        "queue: {maxBytes: 2TiB}|queue.maxBytes: \"2TiB\" (expected: 1..1099511627776 bytes",
        "warmup: {runs: 0}|warmup.runs: 0 (expected: 1..1000)",
        "threading: {lanes: 0}|threading.lanes: 0 (expected: 1..256)",
        "versionPolicy: newest|versionPolicy: \"newest\" (expected: 'all', {latest: n} or",
        "versionPolicy: {}|versionPolicy: {} (expected: exactly one of latest, all, specific)",
        "versionPolicy: {latest: 1, all: true}|(expected: exactly one of latest, all, specific)",
        "versionPolicy: {latest: 0}|versionPolicy.latest: 0 (expected: 1..64)",
        "versionPolicy: {all: false}|versionPolicy.all: false (expected: true",
        "versionPolicy: {specific: []}|versionPolicy.specific: [] (expected: a list of 1 to 64",
        "placement: {zones: a}|placement.zones: \"a\" (expected: at most 64 different zone names)",
        "placement: {zones: [a, a]}|placement.zones: [\"a\",\"a\"] (expected: at most 64",
        "placement: {labels: [a]}|placement.labels: [\"a\"] (expected: an object of at most 64",
        "placement: {labels: {a: [1]}}|placement.labels.a: [1] (expected: text)",
        "name: a/b|name: 'a/b' (expected: 'm', the model this spec is put to)",
        "source: ''|source: \"\" (expected: the folder",
        "source: 7|source: 7 (expected: the folder",
        "- a|model spec: [\"a\"] (expected: an object with at least the key source)",
        "priority: [|model spec: not YAML at line 1, column ",
        "{priority: 1, priority: 2}|model spec: not YAML at line 1, column ",
        "source: &x a|model spec: anchor at line 1, column 9 (expected: YAML without anchors",
        "source: *x|model spec: alias at line 1, column 9 (expected: YAML without anchors",
        "a: [[[[[[[[[]]]]]]]]]|model spec: nested deeper at line 1, column "
      })
  void eachMistakeIsNamed(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    SpecException refusal =
        catchThrowableOfType(
            SpecException.class,
            () ->
                ModelSpecReader.standalone()
                    .readJson("{\"device\": 1, \"queue\": {\"rows\": 1}, \"priority\": 9}"));

    assertThat(refusal.problems())
        .extracting(SpecProblem::path)
        .containsExactly("name", "source", "device", "queue.rows", "priority");
  }

  @Test
  void aHopelessDocumentIsNotListedForever() {
    StringBuilder json = new StringBuilder("{\"source\": \"s\"");
    for (int i = 0; i < 200; i++) {
      json.append(", \"key").append(i).append("\": 1");
    }
    SpecException refusal =
        catchThrowableOfType(
            SpecException.class, () -> ModelSpecReader.forModel("m").readJson(json + "}"));

    assertThat(refusal.problems()).hasSize(ModelSpecProblems.MAX_PROBLEMS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "|model spec: nothing (expected: a JSON object)",
        "{\"source\": |model spec: not JSON at line 1, column ",
        "{\"source\": \"a\", \"source\": \"b\"}|Duplicate field 'source'",
        "{\"source\": \"a\"} {}|model spec: not JSON at line 1, column ",
        "[1]|model spec: [1] (expected: an object with at least the key source)",
        "null|model spec: null (expected: an object with at least the key source)",
        "{\"a\":[[[[[[[[[1]]]]]]]]]}|nesting depth"
      })
  void brokenJsonIsNamed(String json, String message) {
    assertThatThrownBy(() -> ModelSpecReader.forModel("m").readJson(json == null ? "" : json))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theLongestDocumentIsReadAndOneMoreCharacterIsNot() throws SpecException {
    String head = "source: s\n#";
    String longest = head + "x".repeat(ModelSpecReader.MAX_CHARACTERS - head.length());

    assertThat(ModelSpecReader.forModel("m").readYaml(longest).source()).isEqualTo("s");
    assertThatThrownBy(() -> ModelSpecReader.forModel("m").readYaml(longest + "x"))
        .hasMessage("model spec: 65537 characters (expected: at most 65536 characters)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a b", ".hidden"})
  void aModelNameThatIsNoneIsRefused(String name) {
    assertThatThrownBy(() -> ModelSpecReader.forModel(name).readYaml("source: s"))
        .hasMessageStartingWith("name: '" + name + "' (expected: letters,");
  }

  private static ModelSpec read(String yaml) throws SpecException {
    return ModelSpecReader.forModel("m", "s").readYaml(yaml);
  }

  private static List<String> keysOfTheContract() {
    List<String> keys = new ArrayList<>();
    for (String key : ModelSpecMapping.ROOT_KEYS) {
      List<String> nested = ModelSpecMapping.NESTED_KEYS.get(key);
      // The three policies exclude each other; their forms have a test of their own.
      if (nested == null || key.equals("versionPolicy")) {
        keys.add(key);
      } else {
        nested.forEach(below -> keys.add(key + "." + below));
      }
    }
    return keys;
  }

  private static Map<String, Expectation> expectations() {
    Map<String, Expectation> all = new LinkedHashMap<>();
    all.put("name", new Expectation(ModelSpec::name, "fraud"));
    all.put("source", new Expectation(ModelSpec::source, "models/fraud"));
    all.put(
        "versionPolicy",
        new Expectation(ModelSpec::versionPolicy, new VersionPolicy.Specific(List.of(1L, 3L))));
    all.put("replicas.min", new Expectation(s -> s.replicas().min(), 2));
    all.put("replicas.max", new Expectation(s -> s.replicas().max(), 5));
    all.put("device", new Expectation(ModelSpec::device, DeviceKind.GPU));
    all.put("memory", new Expectation(s -> s.memoryBytes().orElse(0), 1_610_612_736L));
    all.put("batching.enabled", new Expectation(s -> s.batching().enabled(), false));
    all.put("batching.maxBatchSize", new Expectation(s -> s.batching().maxBatchSize(), 32));
    all.put(
        "batching.maxQueueDelay",
        new Expectation(s -> s.batching().maxQueueDelay(), Duration.ofMillis(2)));
    all.put(
        "batching.allowedBatchSizes",
        new Expectation(s -> s.batching().allowedBatchSizes(), List.of(1, 8, 32)));
    all.put("queue.maxRows", new Expectation(s -> s.queue().maxRows(), 100));
    all.put("queue.maxBytes", new Expectation(s -> s.queue().maxBytes(), 6_000_000L));
    all.put("timeout", new Expectation(ModelSpec::timeout, Duration.ofSeconds(5)));
    all.put("warmup.enabled", new Expectation(s -> s.warmup().enabled(), false));
    all.put("warmup.runs", new Expectation(s -> s.warmup().runs(), 3));
    all.put("placement.zones", new Expectation(s -> s.placement().zones(), List.of("a", "b")));
    all.put(
        "placement.labels",
        new Expectation(
            s -> s.placement().labels(), Map.of("ssd", "true", "rack", "7", "tier", "hot")));
    all.put("placement.spread", new Expectation(s -> s.placement().spread(), false));
    all.put("priority", new Expectation(ModelSpec::priority, 0));
    all.put("threading.lanes", new Expectation(s -> s.threading().lanes(), 2));
    all.put("threading.intraOp", new Expectation(s -> s.threading().intraOp(), 4));
    all.put("threading.inlineOps", new Expectation(s -> s.threading().inlineOps(), false));
    all.put("idempotent", new Expectation(s -> s.failover().idempotent(), false));
    all.put("hedging", new Expectation(s -> s.failover().hedging(), true));
    return all;
  }
}
