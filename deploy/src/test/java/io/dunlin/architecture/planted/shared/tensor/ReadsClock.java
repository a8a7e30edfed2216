package io.dunlin.architecture.planted.shared.tensor;

/** Planted: a clock in a pure package, beside what is allowed there. */
final class ReadsClock {
  long now() {
    return System.nanoTime() + java.nio.ByteBuffer.allocate(8).getLong();
  }

  java.time.Instant instant(java.time.Clock clock) {
    return java.time.Instant.now(clock);
  }

  java.time.Instant instant() {
    return java.time.Instant.now();
  }
}
