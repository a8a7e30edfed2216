package io.dunlin.shared.protocol.frame;

/**
 * Whether the peer is still there, by when it was last heard. A partition sends no reset: a quiet
 * connection is asked by PING, and one that stays silent is dead.
 */
public final class Liveness {
  private final long pingAfterNanos;
  private final long silenceLimitNanos;
  private long lastHeardNanos;
  private long lastPingNanos;
  private long lastCheckNanos;
  private long pings;

  /**
   * @param pingAfterNanos quiet time after which to ask, and between two questions
   * @param silenceLimitNanos quiet time after which the peer counts as gone
   */
  public Liveness(long pingAfterNanos, long silenceLimitNanos, long nowNanos) {
    this.pingAfterNanos = pingAfterNanos;
    this.silenceLimitNanos = silenceLimitNanos;
    this.lastHeardNanos = nowNanos;
    this.lastPingNanos = nowNanos;
    this.lastCheckNanos = nowNanos;
  }

  /** Any byte came. */
  public void heard(long nowNanos) {
    lastHeardNanos = nowNanos;
  }

  /**
   * What to do now; to be called more often than every {@code pingAfterNanos}. A call that comes
   * later than that shows that this process was held up, and says nothing about the peer: it begins
   * to listen anew.
   */
  public Verdict check(long nowNanos) {
    if (nowNanos - lastCheckNanos > pingAfterNanos) {
      lastHeardNanos = nowNanos;
    }
    lastCheckNanos = nowNanos;
    long quiet = nowNanos - lastHeardNanos;
    if (quiet >= silenceLimitNanos) {
      return Verdict.DEAD;
    }
    if (quiet >= pingAfterNanos && nowNanos - lastPingNanos >= pingAfterNanos) {
      lastPingNanos = nowNanos;
      pings++;
      return Verdict.PING;
    }
    return Verdict.FINE;
  }

  /** The number of the latest PING. */
  public long pings() {
    return pings;
  }

  /** Outcome of a check. */
  public enum Verdict {
    FINE,
    PING,
    DEAD
  }
}
