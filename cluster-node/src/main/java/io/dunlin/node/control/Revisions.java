package io.dunlin.node.control;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an entry follows upon the one before it; pure. */
final class Revisions {
  private Revisions() {}

  /**
   * The next entry of a model. Which spec it is since when, and since when replicas must have been
   * loaded to be as it says, are carried on.
   *
   * @param before null for the first
   */
  static CatalogEntry next(
      @Nullable CatalogEntry before,
      ModelSpec spec,
      List<Long> versions,
      Map<String, Alias> aliases,
      String origin,
      boolean deleted) {
    if (before == null) {
      return new CatalogEntry(spec, versions, aliases, 1, origin, deleted, 1, 0);
    }
    long revision = before.revision() + 1;
    boolean changed = deleted != before.deleted() || !spec.equals(before.spec());
    return new CatalogEntry(
        spec,
        versions,
        aliases,
        revision,
        origin,
        deleted,
        changed ? revision : before.specRevision(),
        isLoadedAlike(before.spec(), spec) ? before.loadRevision() : revision);
  }

  /** Whether a replica loaded for one is right for the other: the rest changes while it serves. */
  static boolean isLoadedAlike(ModelSpec one, ModelSpec other) {
    return isSameSource(one, other)
        && one.threading().intraOp() == other.threading().intraOp()
        && one.threading().inlineOps() == other.threading().inlineOps();
  }

  /** Whether both name the same folder; {@code models/m/} is {@code models/m}. */
  static boolean isSameSource(ModelSpec one, ModelSpec other) {
    return folder(one.source()).equals(folder(other.source()));
  }

  private static String folder(String source) {
    try {
      return Path.of(source).normalize().toString();
    } catch (InvalidPathException e) {
      return source;
    }
  }
}
