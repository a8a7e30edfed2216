package io.dunlin.shared.model;

import java.io.Serializable;

/**
 * One thing wrong with a model spec.
 *
 * @param path where, such as {@code batching.maxBatchSize}; empty for the whole document
 * @param value what stands there, as written and cut to a readable length
 * @param expected what would have been right
 */
public record SpecProblem(String path, String value, String expected) implements Serializable {
  /** {@code batching.maxBatchSize: -1 (expected: 1..65536)}. */
  @Override
  public String toString() {
    return (path.isEmpty() ? "model spec" : path) + ": " + value + " (expected: " + expected + ")";
  }
}
