package io.dunlin.node.repository;

import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which of the versions found a model's policy serves. */
public final class VersionSelection {
  private VersionSelection() {}

  /** The versions to serve, ascending; only such as are available. */
  public static List<Long> select(VersionPolicy policy, SortedSet<Long> available) {
    TreeSet<Long> sorted = new TreeSet<>(available);
    return switch (policy) {
      case VersionPolicy.All all -> List.copyOf(sorted);
      case VersionPolicy.Latest latest ->
          sorted.descendingSet().stream().limit(Math.max(0, latest.count())).sorted().toList();
      case VersionPolicy.Specific specific ->
          sorted.stream().filter(specific.versions()::contains).toList();
    };
  }

  /** The versions a policy names that are not available, ascending. */
  public static List<Long> missing(VersionPolicy policy, SortedSet<Long> available) {
    return switch (policy) {
      case VersionPolicy.All all -> List.of();
      case VersionPolicy.Latest latest -> List.of();
      case VersionPolicy.Specific specific ->
          specific.versions().stream()
              .filter(version -> !available.contains(version))
              .distinct()
              .sorted()
              .toList();
    };
  }
}
