package io.dunlin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A look at a model's folder before it is deployed, as far as this machine can tell. */
final class SourceFolder {

  private SourceFolder() {}

  /**
   * @param clusterIsHere whether the cluster runs on this machine, and so should see this folder
   * @return a remark worth printing
   * @throws CliException when the cluster is here and there is no such folder
   */
  static Optional<String> check(Path folder, boolean clusterIsHere) {
    if (!Files.isDirectory(folder)) {
      if (clusterIsHere) {
        String what = Files.exists(folder) ? " is not a folder" : " is not there";
        throw new CliException(
            "--source: "
                + folder
                + what
                + ", nothing was done (expected: a folder with <version>/saved_model.pb)");
      }
      return Optional.of("note: there is no folder " + folder + " on this machine");
    }
    return holdsAVersion(folder)
        ? Optional.empty()
        : Optional.of(
            "note: " + folder + " holds no version yet (expected: <version>/saved_model.pb)");
  }

  private static boolean holdsAVersion(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.anyMatch(
          child -> child.getFileName().toString().matches("\\d{1,18}") && Files.isDirectory(child));
    } catch (IOException e) {
      return false;
    }
  }
}
