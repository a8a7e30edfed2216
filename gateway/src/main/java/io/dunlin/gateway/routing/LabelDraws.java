package io.dunlin.gateway.routing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * Draws for weighted splits: uniform ints from any number of threads without a lock. SplitMix64
 * (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) over a shared
 * counter, so that the same seed gives the same sequence.
 */
public final class LabelDraws implements IntSupplier {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final AtomicLong state;

  public LabelDraws(long seed) {
    this.state = new AtomicLong(seed);
  }

  @Override
  public int getAsInt() {
    long z = state.addAndGet(GOLDEN_GAMMA);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return (int) ((z ^ (z >>> 31)) >>> 32);
  }
}
