package io.dunlin.shared.model;

import java.util.Comparator;

/**
 * One replica of a model version. {@link #entityId()} is its id in Cluster Sharding, and its
 * shard's id too: so allocating a shard is placing a replica (docs/adr/0001).
 */
public record ReplicaId(ModelVersionId version, int ordinal) implements Comparable<ReplicaId> {
  private static final Comparator<ReplicaId> ORDER =
      Comparator.comparing(ReplicaId::version).thenComparingInt(ReplicaId::ordinal);

  public ReplicaId {
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal: " + ordinal + " (expected: >= 0)");
    }
  }

  /** {@code model/version/ordinal}. */
  public String entityId() {
    return version.model() + "/" + version.version() + "/" + ordinal;
  }

  /**
   * @throws IllegalArgumentException when the text is not {@code model/version/ordinal}
   */
  public static ReplicaId ofEntityId(String entityId) {
    int second = entityId.lastIndexOf('/');
    int first = second <= 0 ? -1 : entityId.lastIndexOf('/', second - 1);
    if (first <= 0) {
      throw new IllegalArgumentException(
          "entity id: '" + entityId + "' (expected: model/version/ordinal)");
    }
    try {
      return new ReplicaId(
          new ModelVersionId(
              entityId.substring(0, first), Long.parseLong(entityId.substring(first + 1, second))),
          Integer.parseInt(entityId.substring(second + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "entity id: '" + entityId + "' (expected: model/version/ordinal)", e);
    }
  }

  @Override
  public int compareTo(ReplicaId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return entityId();
  }
}
