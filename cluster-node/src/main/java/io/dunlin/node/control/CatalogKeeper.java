package io.dunlin.node.control;

import io.dunlin.node.repository.VersionSelection;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The controller's copy of the catalog and the rules by which it changes; pure. The controller is
 * the only writer, so its own copy is the newest; an entry that arrives by replication counts only
 * when its revision is higher.
 */
final class CatalogKeeper {
  /** What a command comes to. */
  sealed interface Change {
    /** Store this entry. */
    record Write(CatalogEntry entry) implements Change {}

    /** Tell the caller why not. */
    record Refused(Failure failure) implements Change {}
  }

  private final Map<String, CatalogEntry> entries = new TreeMap<>();
  private final Map<String, Map<String, ControlProtocol.RepositoryModel>> seenByNode =
      new HashMap<>();

  Map<String, CatalogEntry> entries() {
    return Map.copyOf(entries);
  }

  void replicated(Map<String, CatalogEntry> stored) {
    stored.forEach(
        (model, entry) -> {
          CatalogEntry own = entries.get(model);
          if (own == null || own.revision() < entry.revision()) {
            entries.put(model, entry);
          }
        });
  }

  Change deploy(ModelSpec spec, @Nullable Long ifRevision) {
    CatalogEntry before = entries.get(spec.name());
    if (!revisionMatches(before, ifRevision)) {
      return stale(spec.name(), before, ifRevision);
    }
    return write(
        new CatalogEntry(
            spec,
            versionsFor(spec),
            before == null ? Map.of() : before.aliases(),
            nextRevision(before),
            CatalogEntry.FROM_ADMIN,
            false));
  }

  Change undeploy(String model, @Nullable Long ifRevision) {
    CatalogEntry before = entries.get(model);
    if (before == null || before.deleted()) {
      return unknown(model);
    }
    if (!revisionMatches(before, ifRevision)) {
      return stale(model, before, ifRevision);
    }
    return write(
        new CatalogEntry(
            before.spec(), List.of(), Map.of(), nextRevision(before), before.origin(), true));
  }

  Change setAlias(String model, String alias, Map<Long, Integer> weights) {
    CatalogEntry before = entries.get(model);
    if (before == null || before.deleted()) {
      return unknown(model);
    }
    Map<String, Alias> aliases = new TreeMap<>(before.aliases());
    if (weights.isEmpty()) {
      aliases.remove(alias);
    } else if (!before.versions().containsAll(weights.keySet())) {
      return new Change.Refused(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "version: " + weights.keySet() + " (expected: one of " + before.versions() + ")"));
    } else {
      aliases.put(alias, new Alias(weights, Map.of(), Map.of(), 1));
    }
    return write(
        new CatalogEntry(
            before.spec(),
            before.versions(),
            aliases,
            nextRevision(before),
            before.origin(),
            false));
  }

  /** The entries that change because of what a node found in its repository. */
  List<CatalogEntry> repositorySeen(ControlProtocol.RepositorySeen seen, Set<String> liveNodes) {
    Map<String, ControlProtocol.RepositoryModel> models = new HashMap<>();
    seen.models().forEach(model -> models.put(model.spec().name(), model));
    seenByNode.put(seen.nodeId(), models);
    seenByNode.keySet().removeIf(node -> !liveNodes.contains(node) && !node.equals(seen.nodeId()));
    List<CatalogEntry> changes = new ArrayList<>();
    for (ControlProtocol.RepositoryModel model : models.values()) {
      CatalogEntry after = fromRepository(model, entries.get(model.spec().name()));
      if (after != null) {
        changes.add(after);
      }
    }
    if (seenByNode.keySet().containsAll(liveNodes)) {
      entries.values().stream().filter(this::vanished).map(this::removed).forEach(changes::add);
    }
    changes.forEach(entry -> entries.put(entry.spec().name(), entry));
    return changes;
  }

  private @Nullable CatalogEntry fromRepository(
      ControlProtocol.RepositoryModel model, @Nullable CatalogEntry before) {
    ModelSpec spec = model.spec();
    if (before == null
        || (before.deleted() && before.origin().equals(CatalogEntry.FROM_REPOSITORY))) {
      return new CatalogEntry(
          spec,
          versionsFor(spec),
          Map.of(),
          nextRevision(before),
          CatalogEntry.FROM_REPOSITORY,
          false);
    }
    if (before.deleted()) {
      return null;
    }
    boolean ours = before.origin().equals(CatalogEntry.FROM_REPOSITORY);
    ModelSpec wanted = ours ? spec : before.spec();
    List<Long> versions = versionsFor(wanted);
    if (wanted.equals(before.spec()) && versions.equals(before.versions())) {
      return null;
    }
    return new CatalogEntry(
        wanted, versions, before.aliases(), nextRevision(before), before.origin(), false);
  }

  private boolean vanished(CatalogEntry entry) {
    return !entry.deleted()
        && entry.origin().equals(CatalogEntry.FROM_REPOSITORY)
        && seenByNode.values().stream()
            .noneMatch(models -> models.containsKey(entry.spec().name()));
  }

  private CatalogEntry removed(CatalogEntry entry) {
    return new CatalogEntry(
        entry.spec(), List.of(), Map.of(), nextRevision(entry), entry.origin(), true);
  }

  private List<Long> versionsFor(ModelSpec spec) {
    TreeSet<Long> available = new TreeSet<>();
    for (Map<String, ControlProtocol.RepositoryModel> models : seenByNode.values()) {
      ControlProtocol.RepositoryModel model = models.get(spec.name());
      if (model != null && model.spec().source().equals(spec.source())) {
        available.addAll(model.versions());
      }
    }
    return selected(spec, available);
  }

  /** The versions a spec serves of those there are, ascending. */
  static List<Long> selected(ModelSpec spec, SortedSet<Long> available) {
    return VersionSelection.select(spec.versionPolicy(), available);
  }

  private Change write(CatalogEntry entry) {
    entries.put(entry.spec().name(), entry);
    return new Change.Write(entry);
  }

  private static long nextRevision(@Nullable CatalogEntry before) {
    return before == null ? 1 : before.revision() + 1;
  }

  private static boolean revisionMatches(@Nullable CatalogEntry before, @Nullable Long expected) {
    return expected == null || expected == (before == null ? 0 : before.revision());
  }

  private static Change stale(
      String model, @Nullable CatalogEntry before, @Nullable Long expected) {
    return new Change.Refused(
        new Failure(
            FailureCode.STALE_REVISION,
            "revision: "
                + expected
                + " (expected: "
                + (before == null ? 0 : before.revision())
                + ", the current one of model '"
                + model
                + "')"));
  }

  private static Change unknown(String model) {
    return new Change.Refused(Failure.notFound("model '" + model + "' is not deployed"));
  }
}
