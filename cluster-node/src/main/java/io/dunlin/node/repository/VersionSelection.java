package io.dunlin.node.repository;

import io.dunlin.shared.model.ModelSpec;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

public final class VersionSelection {
  private VersionSelection() {}

  public static List<Long> select(ModelSpec.VersionPolicy policy, SortedSet<Long> available) {
    TreeSet<Long> sorted = new TreeSet<>(available);
    return switch (policy) {
      case ModelSpec.VersionPolicy.All all -> List.copyOf(sorted);
      case ModelSpec.VersionPolicy.Latest latest ->
          sorted.descendingSet().stream().limit(latest.count()).sorted().toList();
      case ModelSpec.VersionPolicy.Specific specific ->
          sorted.stream().filter(specific.versions()::contains).toList();
    };
  }
}
