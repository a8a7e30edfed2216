package io.dunlin.node.runtime.tensorflow;

import java.util.ArrayDeque;

/** What was allocated natively, released in the opposite order, once. Not thread-safe. */
final class NativeOwner implements AutoCloseable {
  private final ArrayDeque<Runnable> releases = new ArrayDeque<>();

  /** Notes how to release a thing just allocated, and gives it back. */
  <T> T own(T allocated, Runnable release) {
    releases.push(release);
    return allocated;
  }

  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}
