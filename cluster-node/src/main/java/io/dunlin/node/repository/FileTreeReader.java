package io.dunlin.node.repository;

import io.dunlin.node.repository.FileTree.FileStamp;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Walks one version folder. Symbolic links are followed; one that leads back up is refused. */
final class FileTreeReader extends SimpleFileVisitor<Path> {
  /** Files and folders of a version. */
  static final int MAX_ENTRIES = 10_000;

  /** Folders within folders; a SavedModel has two. */
  static final int MAX_DEPTH = 16;

  private final Path root;
  private final int maxEntries;
  private final TreeMap<String, FileStamp> entries = new TreeMap<>();
  private @Nullable String obstacle;

  private FileTreeReader(Path root, int maxEntries) {
    this.root = root;
    this.maxEntries = maxEntries;
  }

  /** Reads the names, sizes and times of everything in the folder, up to a number of entries. */
  static FileTree read(Path folder, int maxEntries) {
    FileTreeReader reader = new FileTreeReader(folder, maxEntries);
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, reader);
    } catch (IOException e) {
      return new FileTree.Unreadable(RepositoryScanner.reason(e));
    }
    return reader.obstacle == null
        ? new FileTree.Complete(reader.entries)
        : new FileTree.Unreadable(reader.obstacle);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    return add(name(folder) + "/", 0, attributes);
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return stop("folders: deeper than " + MAX_DEPTH + ": " + file);
    }
    if (attributes.isSymbolicLink()) {
      return stop("symbolic link to nothing: " + file);
    }
    return add(name(file), attributes.size(), attributes);
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return switch (e) {
      case FileSystemLoopException loop -> stop("symbolic link to a folder it is in: " + file);
      case NoSuchFileException vanished -> stop("changed while it was read: " + file);
      default -> stop("cannot be read: " + RepositoryScanner.reason(e));
    };
  }

  private FileVisitResult add(String name, long bytes, BasicFileAttributes attributes) {
    if (entries.size() == maxEntries) {
      return stop("files and folders: more than " + maxEntries);
    }
    entries.put(name, new FileStamp(bytes, attributes.lastModifiedTime().toInstant()));
    return FileVisitResult.CONTINUE;
  }

  private FileVisitResult stop(String reason) {
    obstacle = reason;
    return FileVisitResult.TERMINATE;
  }

  private String name(Path path) {
    return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
