package io.dunlin.node.capacity;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many bytes to ask for before a load. What was measured of the version before counts, but
 * never less than the spec declares; a version nobody has measured counts as declared; one nobody
 * has declared either is guessed from its artifact: half as much again for what the runtime builds
 * around the weights, and {@link #BASE_BYTES} for a session.
 */
public final class MemoryEstimate {
  /** What a session with a tiny graph was seen to need, rounded up. */
  public static final long BASE_BYTES = 16L << 20;

  private MemoryEstimate() {}

  /**
   * @param declaredBytes the spec's {@code memory}
   * @param measured what an earlier load of the version was measured to hold
   * @param artifactBytes size of the version's files
   */
  public static MemoryDemand of(
      OptionalLong declaredBytes, Optional<MemoryDemand> measured, long artifactBytes) {
    if (artifactBytes < 0) {
      throw new IllegalArgumentException("artifactBytes: " + artifactBytes + " (expected: >= 0)");
    }
    long hostGuess = artifactBytes;
    if (measured.isPresent()) {
      MemoryDemand seen = measured.get();
      long declared = declaredBytes.orElse(0);
      return declared > seen.deviceBytes()
          ? new MemoryDemand(declared, seen.hostBytes(), MemoryBasis.DECLARED)
          : seen;
    }
    if (declaredBytes.isPresent()) {
      return new MemoryDemand(declaredBytes.getAsLong(), hostGuess, MemoryBasis.DECLARED);
    }
    long guess = saturatedSum(artifactBytes, saturatedSum(artifactBytes / 2, BASE_BYTES));
    return new MemoryDemand(guess, hostGuess, MemoryBasis.ESTIMATED);
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
