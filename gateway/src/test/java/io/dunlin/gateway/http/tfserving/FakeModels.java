package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Models to be asked for in tests; {@link FakeInference} computes what they answer. */
final class FakeModels implements ServedModels {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final String PREDICT = "tensorflow/serving/predict";

  private final Map<String, ServedModel> models = new TreeMap<>();

  /** Every model of these tests. */
  FakeModels() {
    Signature half = half();
    add(
        "half_plus_two",
        Map.of("stable", Alias.of(123), "broken", Alias.of(4)),
        ready("half_plus_two", 123, half, examples("regress", "tensorflow/serving/regress")),
        ready("half_plus_two", 5, half),
        other(4, ReplicaState.FAILED, "saved_model.pb is missing"));
    add("pair", ready("pair", 1, pair("serving_default"), pair("other")));
    add("two_out", ready("two_out", 1, twoOutputs()));
    add("mismatch", ready("mismatch", 1, half()));
    add("scalar_out", ready("scalar_out", 1, half()));
    add("explode", ready("explode", 1, half()));
    add("fail", ready("fail", 1, half()));
    add(
        "loading",
        Map.of("next", Alias.of(1)),
        other(1, ReplicaState.LOADING, "reading the graph"));
    add(
        "classifier",
        ready(
            "classifier",
            1,
            examples(Signature.DEFAULT_NAME, "tensorflow/serving/classify"),
            examples("classes_only", "tensorflow/serving/classify"),
            examples("scores_only", "tensorflow/serving/classify"),
            examples("bad_shape", "tensorflow/serving/classify"),
            examples("no_output", "tensorflow/serving/classify"),
            predict("plain", List.of(floats("x", -1)), List.of(floats("y", -1)))));
    for (DataType dtype : DataType.values()) {
      TensorSpec in = new TensorSpec("x", dtype, Shape.unknownRank(), "x:0");
      TensorSpec out = new TensorSpec("y", dtype, Shape.unknownRank(), "y:0");
      TensorSpec outBytes = new TensorSpec("y_bytes", dtype, Shape.unknownRank(), "y:0");
      String name = "identity_" + dtype.label();
      add(
          name,
          ready(
              name,
              1,
              predict(Signature.DEFAULT_NAME, List.of(in), List.of(out)),
              predict("bytes", List.of(in), List.of(outBytes))));
    }
    add("a/b:c", Map.of("l/1", Alias.of(1)), ready("a_b_c", 1, half()));
    add("fraud", ready("fraud", 1, fraud()));
  }

  private static Signature half() {
    return predict(
        Signature.DEFAULT_NAME, List.of(floats("x", -1, 1)), List.of(floats("y", -1, 1)));
  }

  private static Signature pair(String name) {
    return predict(
        name,
        List.of(floats("x", -1), new TensorSpec("s", DataType.STRING, Shape.of(-1), "s:0")),
        List.of(floats("y", -1)));
  }

  private static Signature twoOutputs() {
    return predict(
        Signature.DEFAULT_NAME,
        List.of(floats("x", -1)),
        List.of(floats("double", -1), floats("half", -1, 1)));
  }

  /** Seven named inputs, as a fraud model has them. */
  static Signature fraud() {
    return predict(
        Signature.DEFAULT_NAME,
        List.of(
            floats("amount", -1),
            floats("distance_km", -1),
            new TensorSpec("hour", DataType.INT64, Shape.of(-1), "hour:0"),
            new TensorSpec("merchant_category", DataType.STRING, Shape.of(-1), "m:0"),
            new TensorSpec("card_present", DataType.BOOL, Shape.of(-1), "c:0"),
            new TensorSpec("transactions_24h", DataType.INT64, Shape.of(-1), "t:0"),
            floats("account_age_days", -1)),
        List.of(
            floats("fraud_probability", -1),
            new TensorSpec("decision", DataType.STRING, Shape.of(-1), "d:0")));
  }

  private static Signature examples(String name, String method) {
    return new Signature(
        name,
        method,
        List.of(new TensorSpec("inputs", DataType.STRING, Shape.of(-1), "tf_example:0")),
        List.of(floats("outputs", -1, 1)));
  }

  private static Signature predict(String name, List<TensorSpec> in, List<TensorSpec> out) {
    return new Signature(name, PREDICT, in, out);
  }

  private static TensorSpec floats(String name, long... dims) {
    return new TensorSpec(name, DataType.FLOAT, Shape.of(dims), name + ":0");
  }

  private static ServedVersion ready(String model, long version, Signature... signatures) {
    return new ServedVersion(
        version,
        true,
        ReplicaState.READY,
        1,
        "",
        new ModelDescription(
            new ModelVersionId(model, version), "tensorflow_savedmodel", List.of(signatures)),
        DEFAULT_TIMEOUT);
  }

  private static ServedVersion other(long version, ReplicaState state, String reason) {
    return new ServedVersion(version, true, state, 0, reason, null, DEFAULT_TIMEOUT);
  }

  void add(String name, ServedVersion... versions) {
    add(name, Map.of(), versions);
  }

  void add(String name, Map<String, Alias> aliases, ServedVersion... versions) {
    List<ServedVersion> sorted = new ArrayList<>(List.of(versions));
    sorted.sort(Comparator.comparingLong(ServedVersion::version).reversed());
    models.put(name, new ServedModel(name, sorted, aliases));
  }

  @Override
  public Optional<ServedModel> find(String model) {
    return Optional.ofNullable(models.get(model));
  }

  @Override
  public List<ServedModel> all() {
    return List.copyOf(models.values());
  }
}
