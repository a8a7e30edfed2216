package io.dunlin.node.repository;

import io.dunlin.node.repository.FileTree.Complete;
import io.dunlin.node.repository.FileTree.Unreadable;
import io.dunlin.node.repository.RepositorySnapshot.ModelFolder;
import io.dunlin.node.repository.RepositorySnapshot.VersionFolder;
import io.dunlin.node.repository.RepositoryView.FoundModel;
import io.dunlin.node.repository.RepositoryView.FoundVersion;
import io.dunlin.node.repository.RepositoryView.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which versions may be offered, from one look at the disk to the next.
 *
 * <p>A version is offered when it holds {@code saved_model.pb} and one of these is true:
 *
 * <ul>
 *   <li>it holds a file {@code .ready}: whoever copied it says that it is whole;
 *   <li>two looks at least {@code stableFor} apart saw the same files, sizes and times, and so did
 *       those between them;
 *   <li>this is the first look and nothing in it changed for {@code stableFor}. Only then, since a
 *       copy that keeps the times of files looks old from its first byte.
 * </ul>
 *
 * <p>Once offered it stays so until a file of it is gone: versions are immutable, so later changes
 * to its files are reported, but do not take away what is being served.
 *
 * <p>No I/O, no clock: looks and times come as arguments. Not thread-safe.
 */
final class VersionStability {
  private final Duration stableFor;
  private Map<Path, Seen> seen = new HashMap<>();
  private Map<String, FoundModel> offered = new TreeMap<>();
  private boolean first = true;

  /**
   * @param tree the last look
   * @param since the first of the looks that saw exactly this
   * @param taken what the version held when it was first offered, null while it is not
   */
  private record Seen(Complete tree, Instant since, @Nullable Complete taken) {}

  VersionStability(Duration stableFor) {
    this.stableFor = stableFor;
  }

  /** Takes in a look at the disk and says what is offered from now on. */
  RepositoryView update(RepositorySnapshot snapshot, Instant now) {
    List<Problem> problems = new ArrayList<>(snapshot.problems());
    Map<Path, Seen> seenNow = new HashMap<>();
    Map<String, FoundModel> offeredNow = new TreeMap<>();
    for (ModelFolder folder : snapshot.models()) {
      FoundModel before = offered.get(folder.name());
      offeredNow.put(
          folder.name(),
          !folder.complete() && before != null && before.folder().equals(folder.path())
              ? keep(before, seenNow)
              : judge(folder, now, seenNow, problems));
    }
    if (!snapshot.complete()) {
      for (FoundModel before : offered.values()) {
        if (!offeredNow.containsKey(before.name())) {
          offeredNow.put(before.name(), keep(before, seenNow));
        }
      }
    }
    seen = seenNow;
    offered = offeredNow;
    first &= !snapshot.complete();
    problems.sort(Comparator.comparing(Problem::path).thenComparing(Problem::reason));
    return new RepositoryView(List.copyOf(offered.values()), List.copyOf(problems));
  }

  private FoundModel keep(FoundModel before, Map<Path, Seen> seenNow) {
    for (Map.Entry<Path, Seen> entry : seen.entrySet()) {
      if (entry.getKey().startsWith(before.folder())) {
        seenNow.put(entry.getKey(), entry.getValue());
      }
    }
    return before;
  }

  private FoundModel judge(
      ModelFolder folder, Instant now, Map<Path, Seen> seenNow, List<Problem> problems) {
    List<FoundVersion> versions = new ArrayList<>();
    Set<Long> numbers = new HashSet<>();
    for (VersionFolder version : folder.versions()) {
      if (!numbers.add(version.number())) {
        problems.add(
            new Problem(
                version.path(),
                "version " + version.number() + " is in another folder too; that one is taken"));
        continue;
      }
      Seen state = look(version, now, problems);
      if (state != null) {
        seenNow.put(version.path(), state);
        if (state.taken() != null) {
          versions.add(new FoundVersion(version.number(), version.path(), state.tree().bytes()));
        }
      }
    }
    return new FoundModel(folder.name(), folder.path(), folder.specFile(), List.copyOf(versions));
  }

  private @Nullable Seen look(VersionFolder version, Instant now, List<Problem> problems) {
    Seen before = seen.get(version.path());
    return switch (version.tree()) {
      case Unreadable unreadable -> {
        problems.add(new Problem(version.path(), unreadable.reason()));
        yield before != null && before.taken() != null ? before : null;
      }
      case Complete tree -> {
        Complete taken = before == null ? null : before.taken();
        if (taken != null && tree.hasFilesOf(taken)) {
          if (!tree.hasContentOf(taken)) {
            problems.add(
                new Problem(
                    version.path(),
                    "its files changed after it was offered (expected: changes as a new"
                        + " version)"));
          }
          yield new Seen(tree, now, taken);
        }
        Instant since = before == null || !before.tree().equals(tree) ? now : before.since();
        String obstacle = obstacle(tree, before != null, since, now);
        if (obstacle != null) {
          problems.add(new Problem(version.path(), obstacle));
        }
        yield new Seen(tree, since, obstacle == null ? tree : null);
      }
    };
  }

  private @Nullable String obstacle(Complete tree, boolean seenBefore, Instant since, Instant now) {
    if (!tree.hasGraph()) {
      return "no " + Complete.GRAPH + " yet";
    }
    Instant enough = now.minus(stableFor);
    boolean settled = seenBefore && !since.isAfter(enough);
    boolean old = first && !tree.newestChange().isAfter(enough);
    return tree.isMarkedReady() || settled || old
        ? null
        : "not offered yet: still being written, or not the same for "
            + stableFor.toMillis()
            + " ms";
  }
}
