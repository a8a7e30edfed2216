package io.dunlin.cli;

/** Placeholder until written. */
final class LocalCluster {
  LocalCluster(Terminal terminal, ServeOptions options, int nodes) {}

  int run() {
    return 0;
  }
}
