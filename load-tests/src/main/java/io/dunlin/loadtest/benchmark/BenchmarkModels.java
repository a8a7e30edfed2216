package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A model repository made for one benchmark, in a temporary folder. */
final class BenchmarkModels implements AutoCloseable {
  private final Path examples;
  private final Path root;
  private final Map<String, Path> versions = new TreeMap<>();

  private BenchmarkModels(Path examples, Path root) {
    this.examples = examples;
    this.root = root;
  }

  static BenchmarkModels in(Path examples) throws IOException {
    Path root = Files.createTempDirectory("dunlin-bench");
    Files.createDirectories(root.resolve("models"));
    return new BenchmarkModels(examples, root);
  }

  /** Another repository, below this one's folder and removed with it. */
  BenchmarkModels beside(String name) throws IOException {
    BenchmarkModels other = new BenchmarkModels(examples, subfolder("beside-" + name));
    Files.createDirectories(other.folder());
    return other;
  }

  /** Adds an example or test model under its own name, with the default spec. */
  BenchmarkModels with(String model) throws IOException {
    return with(model, model, "");
  }

  /**
   * Adds a copy of an example or test model.
   *
   * @param name the name it is served under
   * @param model the name of its folder
   * @param spec the text of its model.yaml; empty for none
   */
  BenchmarkModels with(String name, String model, String spec) throws IOException {
    Path target = folder().resolve(name);
    copy(source(model), target);
    if (!spec.isEmpty()) {
      Files.writeString(target.resolve("model.yaml"), spec);
    }
    versions.put(name, target.resolve("1"));
    return this;
  }

  Path folder() {
    return root.resolve("models");
  }

  Set<String> names() {
    return versions.keySet();
  }

  /** The folder of version 1 of a model that was added. */
  Path version(String name) {
    Path folder = versions.get(name);
    if (folder == null) {
      throw new IllegalArgumentException("model: " + name + " (expected: one that was added)");
    }
    return folder;
  }

  /** A new file beside the models, removed with them. */
  Path file(String name, String content) throws IOException {
    return Files.writeString(root.resolve(name), content);
  }

  /** A new folder beside the models, removed with them. */
  Path subfolder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  private Path source(String model) throws IOException {
    for (String kind : new String[] {"models", "test-models"}) {
      Path folder = examples.resolve(kind).resolve(model);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    throw new IOException("model: " + model + " (expected: a folder below " + examples + ")");
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, target.resolve(source.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
