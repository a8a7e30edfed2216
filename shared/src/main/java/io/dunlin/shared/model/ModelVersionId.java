package io.dunlin.shared.model;

/** A version of a model. */
public record ModelVersionId(String model, long version) implements Comparable<ModelVersionId> {
  public ModelVersionId {
    ModelNames.requireValid(model);
    if (version < 0) {
      throw new IllegalArgumentException("version: " + version + " (expected: >= 0)");
    }
  }

  @Override
  public int compareTo(ModelVersionId other) {
    int byModel = model.compareTo(other.model);
    return byModel != 0 ? byModel : Long.compare(version, other.version);
  }

  /** {@code model/version}. */
  @Override
  public String toString() {
    return model + "/" + version;
  }
}
