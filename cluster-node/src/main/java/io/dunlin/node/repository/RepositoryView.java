package io.dunlin.node.repository;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model repository offers now.
 *
 * @param models sorted by name; one for each model folder, also while it offers no version
 * @param problems what is not offered, or not as it should be, and why; in the order of paths
 */
public record RepositoryView(List<FoundModel> models, List<Problem> problems) {
  public static final RepositoryView EMPTY = new RepositoryView(List.of(), List.of());

  /**
   * @param name a valid model name
   * @param folder the folder that holds the versions
   * @param specFile the model's {@code model.yaml}, if there is one; not read here
   * @param versions complete ones, ascending
   */
  public record FoundModel(
      String name, Path folder, Optional<Path> specFile, List<FoundVersion> versions) {}

  /**
   * @param number the version
   * @param folder its folder, whose name may carry leading zeros
   * @param bytes on disk, all files together
   */
  public record FoundVersion(long number, Path folder, long bytes) {}

  /**
   * @param path the folder it is about
   * @param reason a sentence that stays the same while the cause does
   */
  public record Problem(Path path, String reason) {}
}
