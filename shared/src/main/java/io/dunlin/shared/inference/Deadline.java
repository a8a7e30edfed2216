package io.dunlin.shared.inference;

import java.time.Duration;

/**
 * The instant after which an answer is worthless, on this process's monotonic clock ({@link
 * System#nanoTime}). Between processes the remaining time travels, never the instant.
 */
public record Deadline(long nanoTime) {
  /** Now plus {@code timeout}; the clock's reading is passed in. */
  public static Deadline after(long nowNanos, Duration timeout) {
    return new Deadline(nowNanos + timeout.toNanos());
  }

  /** Nanoseconds left at {@code nowNanos}; zero or negative when it has passed. */
  public long remainingNanos(long nowNanos) {
    return nanoTime - nowNanos;
  }

  public boolean isExpired(long nowNanos) {
    return nanoTime - nowNanos <= 0;
  }

  /** Whether this deadline comes before the other, safe against clock wrap-around. */
  public boolean isBefore(Deadline other) {
    return nanoTime - other.nanoTime < 0;
  }
}
