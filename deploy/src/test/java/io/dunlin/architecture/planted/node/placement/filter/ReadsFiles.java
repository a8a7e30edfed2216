package io.dunlin.architecture.planted.node.placement.filter;

/** Planted: a pure decision that reads files. */
final class ReadsFiles {
  boolean accepts(java.nio.file.Path path) {
    return path.isAbsolute();
  }
}
