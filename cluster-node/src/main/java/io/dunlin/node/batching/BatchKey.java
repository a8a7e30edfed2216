package io.dunlin.node.batching;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What requests must have in common to share a run: the signature, and of each input the dtype and
 * all sizes but the first.
 *
 * <p>Requests whose rows cannot be put together (no common first dimension, no rows at all) have
 * the signature's {@linkplain #alone key for running alone}.
 */
final class BatchKey {
  private final ServedSignature signature;
  private final long[] layout;
  private final boolean alone;
  private final int hash;

  private BatchKey(ServedSignature signature, long[] layout, boolean alone) {
    this.signature = signature;
    this.layout = layout;
    this.alone = alone;
    this.hash = 31 * System.identityHashCode(signature) + Arrays.hashCode(layout);
  }

  /**
   * @param layout for each input its dtype number, rank and inner sizes
   */
  static BatchKey of(ServedSignature signature, long[] layout) {
    return new BatchKey(signature, layout, false);
  }

  static BatchKey alone(ServedSignature signature) {
    return new BatchKey(signature, new long[0], true);
  }

  ServedSignature signature() {
    return signature;
  }

  /** Whether a request with this key never shares a run. */
  boolean isAlone() {
    return alone;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof BatchKey that
            && signature == that.signature
            && alone == that.alone
            && Arrays.equals(layout, that.layout));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
