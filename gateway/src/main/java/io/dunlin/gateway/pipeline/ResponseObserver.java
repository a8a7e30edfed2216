package io.dunlin.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Told of every response, also of those to requests that never reach the pipeline: malformed ones,
 * unknown models, bodies too large, paths of no protocol. Thread-safe.
 */
@FunctionalInterface
public interface ResponseObserver {
  /**
   * @param protocol whose path was asked for; null for a path of none
   */
  void responded(Origin.@Nullable Protocol protocol, int status);
}
