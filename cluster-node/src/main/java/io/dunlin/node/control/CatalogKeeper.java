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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
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

  /**
   * Models some node has found since this controller began. One that was never found has not
   * vanished: its node may be yet to come.
   */
  private final Set<String> found = new HashSet<>();

  /** Whether every live node has looked since this controller began. */
  private boolean allLooked;

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
    Map<String, Alias> aliases = before == null || before.deleted() ? Map.of() : before.aliases();
    List<Long> versions = versionsFor(spec, aliases, before);
    return write(Revisions.next(before, spec, versions, aliases, CatalogEntry.FROM_ADMIN, false));
  }

  Change undeploy(String model, @Nullable Long ifRevision) {
    CatalogEntry before = entries.get(model);
    if (before == null || before.deleted()) {
      return unknown(model);
    }
    if (!revisionMatches(before, ifRevision)) {
      return stale(model, before, ifRevision);
    }
    // From now on it is an admin's word that the model is gone: its folder does not bring it back.
    return write(
        Revisions.next(before, before.spec(), List.of(), Map.of(), CatalogEntry.FROM_ADMIN, true));
  }

  Change setAlias(
      String model, String alias, Map<Long, Integer> weights, @Nullable Long ifRevision) {
    return changeAliases(
        model,
        ifRevision,
        entry -> AliasChanges.set(entry, alias, weights, available(entry.spec(), entry)));
  }

  /**
   * @param serves whether a version of the model has a READY replica
   */
  Change rollback(String model, String alias, @Nullable Long ifRevision, LongPredicate serves) {
    return changeAliases(model, ifRevision, entry -> AliasChanges.rollback(entry, alias, serves));
  }

  /** Makes what a label waits for active; empty when the entry is not that one any more. */
  Optional<CatalogEntry> switchAlias(String model, String label, long revision) {
    CatalogEntry before = entries.get(model);
    Alias alias = before == null ? null : before.aliases().get(label);
    if (before == null
        || before.revision() != revision
        || alias == null
        || alias.pending().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Alias> aliases = new TreeMap<>(before.aliases());
    aliases.put(label, AliasChanges.switched(alias));
    CatalogEntry after = withAliases(before, aliases);
    entries.put(model, after);
    return Optional.of(after);
  }

  private Change changeAliases(
      String model,
      @Nullable Long ifRevision,
      Function<CatalogEntry, AliasChanges.Outcome> change) {
    CatalogEntry before = entries.get(model);
    if (before == null || before.deleted()) {
      return unknown(model);
    }
    if (!revisionMatches(before, ifRevision)) {
      return stale(model, before, ifRevision);
    }
    AliasChanges.Outcome outcome = change.apply(before);
    return outcome.refusal() != null
        ? new Change.Refused(outcome.refusal())
        : write(withAliases(before, outcome.aliases()));
  }

  private CatalogEntry withAliases(CatalogEntry before, Map<String, Alias> aliases) {
    List<Long> versions = versionsFor(before.spec(), aliases, before);
    return Revisions.next(
        before, before.spec(), versions, Map.copyOf(aliases), before.origin(), false);
  }

  /** The entries that change because of what a node found in its repository. */
  List<CatalogEntry> repositorySeen(ControlProtocol.RepositorySeen seen, Set<String> liveNodes) {
    Map<String, ControlProtocol.RepositoryModel> models = new HashMap<>();
    seen.models().forEach(model -> models.put(model.spec().name(), model));
    seenByNode.put(seen.nodeId(), models);
    found.addAll(models.keySet());
    seenByNode.keySet().removeIf(node -> !liveNodes.contains(node) && !node.equals(seen.nodeId()));
    allLooked = seenByNode.keySet().containsAll(liveNodes);
    List<CatalogEntry> changes = new ArrayList<>();
    for (ControlProtocol.RepositoryModel model : models.values()) {
      CatalogEntry after = fromRepository(model, entries.get(model.spec().name()));
      if (after != null) {
        changes.add(after);
      }
    }
    if (allLooked) {
      entries.values().stream().filter(this::vanished).map(this::removed).forEach(changes::add);
    }
    changes.forEach(entry -> entries.put(entry.spec().name(), entry));
    found.retainAll(entries.keySet());
    return changes;
  }

  private @Nullable CatalogEntry fromRepository(
      ControlProtocol.RepositoryModel model, @Nullable CatalogEntry before) {
    ModelSpec spec = model.spec();
    if (before == null
        || (before.deleted() && before.origin().equals(CatalogEntry.FROM_REPOSITORY))) {
      return Revisions.next(
          before,
          spec,
          versionsFor(spec, Map.of(), before),
          Map.of(),
          CatalogEntry.FROM_REPOSITORY,
          false);
    }
    if (before.deleted()) {
      return null;
    }
    boolean ours = before.origin().equals(CatalogEntry.FROM_REPOSITORY);
    ModelSpec wanted = ours && mayChange(before.spec()) ? spec : before.spec();
    List<Long> versions = versionsFor(wanted, before.aliases(), before);
    if (wanted.equals(before.spec()) && versions.equals(before.versions())) {
      return null;
    }
    return Revisions.next(before, wanted, versions, before.aliases(), before.origin(), false);
  }

  /**
   * Whether no node's repository says any more what the catalog says. Nodes with repositories of
   * their own may differ, for a moment or for good: taking each one's word in turn would change the
   * model with every look, and reload it.
   */
  private boolean mayChange(ModelSpec present) {
    return allLooked
        && seenByNode.values().stream()
            .map(models -> models.get(present.name()))
            .noneMatch(model -> model != null && model.spec().equals(present));
  }

  private boolean vanished(CatalogEntry entry) {
    return !entry.deleted()
        && found.contains(entry.spec().name())
        && entry.origin().equals(CatalogEntry.FROM_REPOSITORY)
        && seenByNode.values().stream()
            .noneMatch(models -> models.containsKey(entry.spec().name()));
  }

  private CatalogEntry removed(CatalogEntry entry) {
    return Revisions.next(entry, entry.spec(), List.of(), Map.of(), entry.origin(), true);
  }

  /** What the policy picks and the labels name, of what the source has; ascending. */
  private List<Long> versionsFor(
      ModelSpec spec, Map<String, Alias> aliases, @Nullable CatalogEntry before) {
    SortedSet<Long> available = available(spec, before);
    TreeSet<Long> versions = new TreeSet<>(selected(spec, available));
    aliases.values().forEach(alias -> versions.addAll(alias.versions()));
    versions.retainAll(available);
    return List.copyOf(versions);
  }

  /**
   * The versions a model's source has. While some node has not looked since this controller began,
   * what was served before counts too, so that a controller that knows little takes nothing down.
   */
  private SortedSet<Long> available(ModelSpec spec, @Nullable CatalogEntry before) {
    TreeSet<Long> available = new TreeSet<>();
    for (Map<String, ControlProtocol.RepositoryModel> models : seenByNode.values()) {
      ControlProtocol.RepositoryModel model = models.get(spec.name());
      if (model != null && Revisions.isSameSource(model.spec(), spec)) {
        available.addAll(model.versions());
      }
    }
    if (!allLooked
        && before != null
        && !before.deleted()
        && Revisions.isSameSource(before.spec(), spec)) {
      available.addAll(before.versions());
    }
    return available;
  }

  /** The versions a spec serves of those there are, ascending. */
  static List<Long> selected(ModelSpec spec, SortedSet<Long> available) {
    return VersionSelection.select(spec.versionPolicy(), available);
  }

  private Change write(CatalogEntry entry) {
    entries.put(entry.spec().name(), entry);
    return new Change.Write(entry);
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
