package io.dunlin.node.repository;

import io.dunlin.node.repository.RepositoryView.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One look at the disk, before anything is decided.
 *
 * @param complete whether the repository's folders could be listed; if not, {@code models} says
 *     nothing of them
 * @param models sorted by name
 * @param problems met while looking
 */
record RepositorySnapshot(boolean complete, List<ModelFolder> models, List<Problem> problems) {

  /**
   * @param complete whether the version folders could be listed; if not, {@code versions} says
   *     nothing
   * @param versions sorted by number, then by length of the folder's name
   */
  record ModelFolder(
      String name,
      Path path,
      Optional<Path> specFile,
      boolean complete,
      List<VersionFolder> versions) {}

  /** A folder whose name is the number, with or without leading zeros. */
  record VersionFolder(long number, Path path, FileTree tree) {}
}
