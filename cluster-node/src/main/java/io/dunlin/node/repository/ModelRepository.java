package io.dunlin.node.repository;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * A folder of models, looked at whenever {@link #scan} is called. The call blocks on the disk and
 * belongs on a thread for that; calls must not overlap.
 */
public final class ModelRepository {
  /** How long a version must stay the same before it is offered. */
  public static final Duration DEFAULT_STABLE_FOR = Duration.ofSeconds(2);

  private final RepositoryScanner scanner;
  private final VersionStability stability;
  private final InstantSource clock;

  /**
   * @param root the folder that holds one folder for each model
   * @param stableFor how long a version must stay the same before it is offered; see {@link
   *     VersionStability} for the whole rule
   */
  public ModelRepository(Path root, Duration stableFor, InstantSource clock) {
    if (stableFor.isNegative()) {
      throw new IllegalArgumentException("stableFor: " + stableFor + " (expected: >= 0)");
    }
    this.scanner = new RepositoryScanner(root);
    this.stability = new VersionStability(stableFor);
    this.clock = clock;
  }

  /** What the repository offers now. */
  public RepositoryView scan() {
    return scan(Map.of());
  }

  /**
   * What the repository and model folders elsewhere offer now.
   *
   * @param elsewhere the sources of models deployed from outside the repository, by model name; one
   *     of the same name as a folder of the repository goes before it
   */
  public RepositoryView scan(Map<String, Path> elsewhere) {
    return stability.update(scanner.scan(elsewhere), clock.instant());
  }
}
