package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A model repository made of test models, changed while it is served.
 *
 * @param testModels folder of the test models
 * @param root the repository
 */
public record ModelFolder(Path testModels, Path root) {

  /** Writes the model's {@code model.yaml}. */
  public void spec(String model, String yaml) throws IOException {
    Files.createDirectories(root.resolve(model));
    Files.writeString(root.resolve(model).resolve("model.yaml"), yaml);
  }

  /**
   * Copies version 1 of a test model in as that version of a model: first beside the repository,
   * then with one rename, as a careful deployer would.
   */
  public void version(String model, long version, String testModel) throws IOException {
    publish(model, version, staged(testModel));
  }

  /** The same, with {@code saved_model.pb} cut in half. */
  public void corruptVersion(String model, long version, String testModel) throws IOException {
    Path staged = staged(testModel);
    try (FileChannel file =
        FileChannel.open(staged.resolve("saved_model.pb"), StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }
    publish(model, version, staged);
  }

  /** Takes a version out: away with one rename, then deleted. */
  public void removeVersion(String model, long version) throws IOException {
    Path away = Files.createTempDirectory(staging(), "removed");
    Files.move(folder(model, version), away.resolve("version"));
    delete(away);
  }

  private Path folder(String model, long version) {
    return root.resolve(model).resolve(Long.toString(version));
  }

  private void publish(String model, long version, Path staged) throws IOException {
    Files.createDirectories(root.resolve(model));
    Files.move(staged, folder(model, version));
  }

  private Path staged(String testModel) throws IOException {
    Path target = Files.createTempDirectory(staging(), "new");
    copy(testModels.resolve(testModel).resolve("1"), target);
    return target;
  }

  /** On the repository's own disk, so that a rename is one step. */
  private Path staging() throws IOException {
    return Files.createDirectories(root.resolveSibling(root.getFileName() + "-staging"));
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path to = target.resolve(source.relativize(file).toString());
        if (!to.equals(target)) {
          Files.copy(file, to);
        }
      }
    }
  }

  /** Removes a folder with all that is in it, where there is one. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
