package io.dunlin.gateway.http.openinference;

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

/** Models in whatever state a test puts them. */
final class FakeModels implements ServedModels {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, ServedModel> models = new TreeMap<>();

  @Override
  public Optional<ServedModel> find(String model) {
    return Optional.ofNullable(models.get(model));
  }

  @Override
  public List<ServedModel> all() {
    return List.copyOf(models.values());
  }

  /** A model with nothing loaded yet. */
  FakeModels named(String name) {
    models.put(name, new ServedModel(name, List.of(), Map.of()));
    return this;
  }

  FakeModels ready(String name, long version, Signature... signatures) {
    ModelDescription description =
        new ModelDescription(
            new ModelVersionId(name, version), "tensorflow_savedmodel", List.of(signatures));
    return add(
        name,
        new ServedVersion(version, true, ReplicaState.READY, 1, "", description, DEFAULT_TIMEOUT));
  }

  FakeModels inState(String name, long version, ReplicaState state, String reason) {
    return add(name, new ServedVersion(version, true, state, 0, reason, null, DEFAULT_TIMEOUT));
  }

  FakeModels alias(String name, String alias, long version) {
    return alias(name, alias, Alias.of(version));
  }

  FakeModels alias(String name, String label, Alias alias) {
    ServedModel model = find(name).orElseThrow();
    Map<String, Alias> aliases = new TreeMap<>(model.aliases());
    aliases.put(label, alias);
    models.put(name, new ServedModel(name, model.versions(), aliases));
    return this;
  }

  private FakeModels add(String name, ServedVersion version) {
    ServedModel before = models.getOrDefault(name, new ServedModel(name, List.of(), Map.of()));
    List<ServedVersion> versions = new ArrayList<>(before.versions());
    versions.removeIf(other -> other.version() == version.version());
    versions.add(version);
    versions.sort(Comparator.comparingLong(ServedVersion::version).reversed());
    models.put(name, new ServedModel(name, versions, before.aliases()));
    return this;
  }

  static Signature signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    return signature(Signature.DEFAULT_NAME, inputs, outputs);
  }

  static Signature signature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    return new Signature(name, "tensorflow/serving/predict", inputs, outputs);
  }

  static TensorSpec spec(String name, DataType dtype, long... dims) {
    return new TensorSpec(name, dtype, Shape.of(dims), name + ":0");
  }

  static TensorSpec specOfUnknownRank(String name, DataType dtype) {
    return new TensorSpec(name, dtype, Shape.unknownRank(), name + ":0");
  }

  /** Two inputs, their sum and their difference; Triton's examples call it so. */
  static Signature sums() {
    return signature(
        List.of(spec("INPUT0", DataType.INT32, -1, 16), spec("INPUT1", DataType.INT32, -1, 16)),
        List.of(spec("OUTPUT0", DataType.INT32, -1, 16), spec("OUTPUT1", DataType.INT32, -1, 16)));
  }

  /** x through unchanged as y. */
  static Signature identity(DataType dtype) {
    return identity(dtype.label(), dtype);
  }

  static Signature identity(String name, DataType dtype) {
    return signature(name, List.of(spec("x", dtype, -1, -1)), List.of(spec("y", dtype, -1, -1)));
  }
}
