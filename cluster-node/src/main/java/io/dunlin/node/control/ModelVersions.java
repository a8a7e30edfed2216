package io.dunlin.node.control;

import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas of each version of each model are wanted, those of versions that are to leave
 * included: an old version goes only when nothing is lost by it.
 *
 * <p>A version that left the catalog entry keeps its replicas until every version that stays has
 * all its wanted replicas READY. Two ways out where that cannot come to pass while the old ones are
 * there, both only when no replica of a staying version is on its way and each such version serves:
 *
 * <ol>
 *   <li>while old and new ones together serve with more replicas than wanted, old ones go one by
 *       one, each when the one before it is gone: they may hold the memory the new ones need;
 *   <li>when each staying version serves with as many replicas as the old one, the old one goes:
 *       more than that find no room, and the old one did not have more either.
 * </ol>
 *
 * A version none of whose replicas serves, while another version of the model does, has nothing to
 * keep. A model whose source has no version left keeps what it has.
 */
final class ModelVersions {
  /** Replicas of one version by what they do. */
  private static final class Count {
    private final Set<ReplicaId> alive = new TreeSet<>();
    private int ready;
    private int ending;

    int onTheWay() {
      return alive.size() - ready;
    }
  }

  private final ClusterView view;
  private final Map<String, TreeMap<Long, Count>> counts = new HashMap<>();

  private ModelVersions(ClusterView view, Map<ReplicaId, Observed> observed) {
    this.view = view;
    observed.forEach(this::count);
    for (ReplicaId replica : view.assignments().keySet()) {
      Observed seen = observed.get(replica);
      if (seen == null || !seen.isEnding()) {
        of(replica.version()).alive.add(replica);
      }
    }
  }

  static ModelVersions of(ClusterView view, Map<ReplicaId, Observed> observed) {
    return new ModelVersions(view, observed);
  }

  private void count(ReplicaId replica, Observed seen) {
    Count count = of(replica.version());
    if (seen.isEnding()) {
      count.ending++;
      return;
    }
    count.alive.add(replica);
    if (ClusterView.serves(view, seen)) {
      count.ready++;
    }
  }

  private Count of(ModelVersionId version) {
    return counts
        .computeIfAbsent(version.model(), model -> new TreeMap<>())
        .computeIfAbsent(version.version(), number -> new Count());
  }

  private @Nullable Count find(String model, long version) {
    TreeMap<Long, Count> own = counts.get(model);
    return own == null ? null : own.get(version);
  }

  /** Replicas wanted of every version of a model that is to have any, by version. */
  Map<Long, Integer> wanted(CatalogEntry entry) {
    Map<Long, Integer> wanted = new TreeMap<>();
    if (entry.deleted()) {
      return wanted;
    }
    entry.versions().forEach(version -> wanted.put(version, entry.spec().replicas().min()));
    TreeMap<Long, Count> own = counts.getOrDefault(entry.spec().name(), new TreeMap<>());
    own.forEach(
        (version, count) -> {
          if (!entry.versions().contains(version)) {
            int kept = kept(entry, version, count);
            if (kept > 0) {
              wanted.put(version, kept);
            }
          }
        });
    return wanted;
  }

  /** READY replicas of a version on nodes that can be reached. */
  int ready(String model, long version) {
    Count count = find(model, version);
    return count == null ? 0 : count.ready;
  }

  /** Whether every replica the version has is READY; also true when it has none. */
  boolean isSettled(String model, long version) {
    Count count = find(model, version);
    return count == null || count.onTheWay() == 0;
  }

  private int kept(CatalogEntry entry, long version, Count old) {
    int alive = old.alive.size();
    if (entry.versions().isEmpty()) {
      return alive;
    }
    if (old.ready == 0 && anotherServes(entry.spec().name(), version)) {
      return 0;
    }
    List<Count> staying = new ArrayList<>();
    for (long number : entry.versions()) {
      Count count = find(entry.spec().name(), number);
      staying.add(count == null ? new Count() : count);
    }
    int wanted = entry.spec().replicas().min();
    if (staying.stream().allMatch(count -> count.ready >= wanted)) {
      return 0;
    }
    boolean underWay = staying.stream().anyMatch(c -> c.ready == 0 || c.onTheWay() > 0);
    if (underWay || old.ending > 0) {
      return alive;
    }
    int fewest = staying.stream().mapToInt(count -> count.ready).min().orElse(0);
    if (fewest + old.ready > wanted) {
      return alive - 1;
    }
    return fewest >= old.ready ? 0 : alive;
  }

  private boolean anotherServes(String model, long version) {
    return counts.getOrDefault(model, new TreeMap<>()).entrySet().stream()
        .anyMatch(other -> other.getKey() != version && other.getValue().ready > 0);
  }
}
