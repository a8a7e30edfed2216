package io.dunlin.loadtest.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a benchmark is run.
 *
 * @param home the repository's root
 * @param output where reports, logs and recordings go
 * @param rounds how often each subject is measured
 * @param roundLength time measured in a round
 * @param roundWarmup time before it, in the round, that does not count
 * @param warmup time each subject is loaded once before the first round, for the JIT
 * @param connections of the generator
 * @param serverFlags JVM flags of Dunlin and of the yardsticks alike
 * @param variants further flags by name: a Dunlin with each is measured beside the plain one
 */
record Settings(
    Path home,
    Path output,
    int rounds,
    Duration roundLength,
    Duration roundWarmup,
    Duration warmup,
    int connections,
    List<String> serverFlags,
    Map<String, List<String>> variants) {

  Settings {
    serverFlags = List.copyOf(serverFlags);
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 1)");
    }
    if (!roundLength.isPositive()) {
      throw new IllegalArgumentException("seconds: " + roundLength + " (expected: > 0)");
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
    }
  }

  Path examples() {
    return home.resolve("examples");
  }
}
