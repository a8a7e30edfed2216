package io.dunlin.loadtest.gatling;

import java.util.concurrent.atomic.LongAdder;

/** How many requests were answered, turned away, or too late. Thread-safe. */
final class Tally {
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** Counts a status and gives it back. */
  int count(int status) {
    LongAdder counter =
        switch (status) {
          case 200 -> answered;
          case 429, 503 -> refused;
          case 504 -> expired;
          default -> failed;
        };
    counter.increment();
    return status;
  }

  @Override
  public String toString() {
    return "answered %d, refused %d, too late %d, failed %d"
        .formatted(answered.sum(), refused.sum(), expired.sum(), failed.sum());
  }
}
