package io.dunlin.node.repository;

import io.dunlin.node.repository.RepositorySnapshot.ModelFolder;
import io.dunlin.node.repository.RepositorySnapshot.VersionFolder;
import io.dunlin.node.repository.RepositoryView.Problem;
import io.dunlin.shared.model.ModelNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model repository's folders; decides nothing. Bounded: at most {@link #MAX_ENTRIES}
 * entries of a folder are looked at, {@link #MAX_VERSIONS} versions of a model, and {@link
 * FileTreeReader#MAX_ENTRIES} files of a version.
 */
final class RepositoryScanner {
  static final int MAX_ENTRIES = 10_000;
  static final int MAX_VERSIONS = 1_000;
  static final String SPEC_FILE = "model.yaml";

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private final @Nullable Path root;

  /**
   * @param root null when only folders elsewhere are looked at
   */
  RepositoryScanner(@Nullable Path root) {
    this.root = root;
  }

  /**
   * Looks at the repository and at model folders elsewhere.
   *
   * @param elsewhere model folders outside, by name; they go before the repository's own of that
   *     name
   */
  RepositorySnapshot scan(Map<String, Path> elsewhere) {
    List<Problem> problems = new ArrayList<>();
    Map<String, Path> folders = new TreeMap<>();
    boolean complete = true;
    try {
      for (Path folder : root == null ? List.<Path>of() : list(root, MAX_ENTRIES, problems)) {
        String name = folder.getFileName().toString();
        if (name.startsWith(".") || !Files.isDirectory(folder)) {
          continue;
        }
        if (ModelNames.isValid(name)) {
          folders.put(name, folder);
        } else {
          problems.add(new Problem(folder, badName(name)));
        }
      }
    } catch (IOException e) {
      complete = false;
      problems.add(
          new Problem(
              Objects.requireNonNull(root), "model repository cannot be read: " + reason(e)));
    }
    folders.putAll(elsewhere);
    List<ModelFolder> models = new ArrayList<>();
    folders.forEach((name, folder) -> models.add(model(name, folder, problems)));
    return new RepositorySnapshot(complete, List.copyOf(models), List.copyOf(problems));
  }

  private static ModelFolder model(String name, Path folder, List<Problem> problems) {
    Path spec = folder.resolve(SPEC_FILE);
    Optional<Path> specFile = Files.isRegularFile(spec) ? Optional.of(spec) : Optional.empty();
    List<VersionFolder> versions = new ArrayList<>();
    try {
      for (VersionPath version : versionPaths(folder, problems)) {
        versions.add(
            new VersionFolder(
                version.number(),
                version.path(),
                FileTreeReader.read(version.path(), FileTreeReader.MAX_ENTRIES)));
      }
      return new ModelFolder(name, folder, specFile, true, List.copyOf(versions));
    } catch (IOException e) {
      problems.add(new Problem(folder, "model folder cannot be read: " + reason(e)));
      return new ModelFolder(name, folder, specFile, false, List.of());
    }
  }

  private record VersionPath(long number, Path path) {}

  private static List<VersionPath> versionPaths(Path folder, List<Problem> problems)
      throws IOException {
    List<VersionPath> found = new ArrayList<>();
    for (Path path : list(folder, MAX_ENTRIES, problems)) {
      String name = path.getFileName().toString();
      if (!NUMBER.matcher(name).matches() || !Files.isDirectory(path)) {
        continue;
      }
      try {
        found.add(new VersionPath(Long.parseLong(name), path));
      } catch (NumberFormatException e) {
        problems.add(
            new Problem(path, "version: '" + name + "' (expected: <= " + Long.MAX_VALUE + ")"));
      }
    }
    found.sort(
        Comparator.comparingLong(VersionPath::number)
            .thenComparingInt(version -> version.path().getFileName().toString().length()));
    if (found.size() <= MAX_VERSIONS) {
      return found;
    }
    problems.add(
        new Problem(
            folder,
            "versions: "
                + found.size()
                + " (expected: <= "
                + MAX_VERSIONS
                + "; the highest are"
                + " looked at)"));
    return found.subList(found.size() - MAX_VERSIONS, found.size());
  }

  /** The entries of a folder, by name; a limited number, and a problem when there are more. */
  private static List<Path> list(Path folder, int limit, List<Problem> problems)
      throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        if (entries.size() == limit) {
          problems.add(
              new Problem(folder, "entries: more than " + limit + "; the rest is not looked at"));
          break;
        }
        entries.add(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.naturalOrder());
    return entries;
  }

  private static String badName(String name) {
    return "model name: '"
        + name
        + "' (expected: 1 to "
        + ModelNames.MAX_LENGTH
        + " of letters, digits, '-', '_', '.')";
  }

  /** Why a path could not be read, in words. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "does not exist: " + missing.getFile();
      case NotDirectoryException file -> "is not a folder: " + file.getFile();
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileSystemException other -> String.valueOf(other.getMessage());
      default -> e.toString();
    };
  }
}
