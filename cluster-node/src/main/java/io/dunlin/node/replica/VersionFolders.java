package io.dunlin.node.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A version's folder in a model's source; its name may carry leading zeros. */
final class VersionFolders {
  private VersionFolders() {}

  /** The folder; the plain number's when there is none, so that the runtime's error names it. */
  static Path find(Path source, long version) {
    Path plain = source.resolve(Long.toString(version));
    if (Files.isDirectory(plain) || !Files.isDirectory(source)) {
      return plain;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(source, "0*")) {
      for (Path child : children) {
        if (isVersion(child.getFileName().toString(), version)) {
          return child;
        }
      }
    } catch (IOException e) {
      return plain;
    }
    return plain;
  }

  /**
   * Size of everything in a version's folder; 0 where it cannot be read, which the load will say.
   */
  static long bytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.mapToLong(VersionFolders::size).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isVersion(String name, long version) {
    try {
      return Long.parseLong(name) == version;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
