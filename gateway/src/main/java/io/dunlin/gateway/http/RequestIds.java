package io.dunlin.gateway.http;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Makes up ids for requests that bring none: a random start, then counted, 16 hex digits. */
public final class RequestIds {
  private final AtomicLong next;

  public RequestIds(RandomGenerator random) {
    this.next = new AtomicLong(random.nextLong());
  }

  /**
   * An id no other request of this gateway has; another gateway has the same with chance ~2^-64.
   */
  public String next() {
    // Multiplying by an odd constant visits every long once and makes neighbours look unalike.
    long id = next.getAndIncrement() * 0x9E3779B97F4A7C15L;
    return HexFormat.of().toHexDigits(id);
  }
}
