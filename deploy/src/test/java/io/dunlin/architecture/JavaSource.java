package io.dunlin.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One Java file of the repository, as its author sees it. */
record JavaSource(Path root, Path file) {

  /** Every Java file under {@code <module>/src}, of every module. */
  static List<JavaSource> all(Path root) {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(folder -> javaFiles(folder).stream())
          .sorted()
          .map(file -> new JavaSource(root, file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The repository's root: the nearest folder above the working directory that holds {@code .mvn}.
   */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "no folder with .mvn above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  boolean isMain() {
    return path().contains("/src/main/java/");
  }

  /** Path below the repository's root, with forward slashes. */
  String path() {
    return root.relativize(file).toString().replace('\\', '/');
  }

  Path folder() {
    return file.resolveSibling("");
  }

  String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long lines() {
    return text().lines().count();
  }

  /** The text without comments and without what stands in quotes. */
  String code() {
    return withoutCommentsAndQuotes(text());
  }

  static String withoutCommentsAndQuotes(String text) {
    StringBuilder code = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = endOfNonCode(text, at);
      if (end == at) {
        code.append(text.charAt(at));
        at++;
      } else {
        at = end;
      }
    }
    return code.toString();
  }

  /** Where the comment or literal that starts at {@code at} ends; {@code at} where none starts. */
  private static int endOfNonCode(String text, int at) {
    if (text.startsWith("//", at)) {
      return indexOrEnd(text, "\n", at);
    }
    if (text.startsWith("/*", at)) {
      return Math.min(text.length(), indexOrEnd(text, "*/", at + 2) + 2);
    }
    if (text.startsWith("\"\"\"", at)) {
      return Math.min(text.length(), indexOrEnd(text, "\"\"\"", at + 3) + 3);
    }
    char quote = text.charAt(at);
    if (quote != '"' && quote != '\'') {
      return at;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), end + 1);
  }

  private static int indexOrEnd(String text, String what, int from) {
    int index = text.indexOf(what, from);
    return index < 0 ? text.length() : index;
  }
}
