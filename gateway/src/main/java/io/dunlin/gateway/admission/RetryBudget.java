package io.dunlin.gateway.admission;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many attempts beyond the first one model's requests may cost: a share of the requests of the
 * last ten seconds, and a few per second in any case. So lost attempts are repeated at once, and an
 * overloaded or broken cluster sees at most that share more load, not a storm (Finagle's {@code
 * RetryBudget}: time-to-live 10 s, 20 % of requests, 10 per second; gRPC retry throttling, gRFC A6,
 * has the same aim with a fixed bucket).
 *
 * <p>Thread-safe. A request costs one striped addition; only a withdrawal takes a lock.
 */
public final class RetryBudget {
  /** A slot is 2^30 ns, about 1.07 s. */
  private static final int SLOT_BITS = 30;

  private static final int SLOTS = 16;

  /** Slots that count: about ten seconds. */
  private static final int WINDOW = 10;

  private final Settings settings;
  private final LongAdder[] requests = new LongAdder[SLOTS];
  private final AtomicLongArray slotTimes = new AtomicLongArray(SLOTS);
  private final long[] withdrawn = new long[SLOTS]; // guarded by this
  private final long[] withdrawnTimes = new long[SLOTS]; // guarded by this

  /**
   * @param share further attempts per request, 0..1
   * @param minPerSecond further attempts allowed however few requests there are
   */
  public record Settings(double share, int minPerSecond) {
    public static final Settings DEFAULT = new Settings(0.2, 10);

    public Settings {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("share: " + share + " (expected: 0..1)");
      }
      if (minPerSecond < 0) {
        throw new IllegalArgumentException("min-per-second: " + minPerSecond + " (expected: >= 0)");
      }
    }
  }

  public RetryBudget(Settings settings, long nowNanos) {
    this.settings = settings;
    long firstSlot = nowNanos >> SLOT_BITS;
    for (int i = 0; i < SLOTS; i++) {
      requests[i] = new LongAdder();
      slotTimes.set(i, firstSlot - SLOTS);
      withdrawnTimes[i] = firstSlot - SLOTS;
    }
  }

  /** A request came. */
  public void requested(long nowNanos) {
    long time = nowNanos >> SLOT_BITS;
    int slot = (int) (time & (SLOTS - 1));
    long had = slotTimes.get(slot);
    if (had != time && slotTimes.compareAndSet(slot, had, time)) {
      requests[slot].reset();
    }
    requests[slot].increment();
  }

  /** Takes one further attempt, if there is one. */
  public synchronized boolean tryWithdraw(long nowNanos) {
    return tryWithdraw(nowNanos, 0);
  }

  /**
   * Takes one further attempt if at least this part of the budget stays for better reasons.
   *
   * @param reserve 0..1
   */
  public synchronized boolean tryWithdraw(long nowNanos, double reserve) {
    if (balance(nowNanos) < 1 + reserve * allowance(nowNanos)) {
      return false;
    }
    long time = nowNanos >> SLOT_BITS;
    int slot = (int) (time & (SLOTS - 1));
    if (withdrawnTimes[slot] != time) {
      withdrawnTimes[slot] = time;
      withdrawn[slot] = 0;
    }
    withdrawn[slot]++;
    return true;
  }

  /** Further attempts that are left now. */
  public synchronized double balance(long nowNanos) {
    long time = nowNanos >> SLOT_BITS;
    long taken = 0;
    for (int i = 0; i < SLOTS; i++) {
      if (isRecent(withdrawnTimes[i], time)) {
        taken += withdrawn[i];
      }
    }
    return allowance(nowNanos) - taken;
  }

  private double allowance(long nowNanos) {
    long time = nowNanos >> SLOT_BITS;
    long asked = 0;
    for (int i = 0; i < SLOTS; i++) {
      if (isRecent(slotTimes.get(i), time)) {
        asked += requests[i].sum();
      }
    }
    return settings.share() * asked + (double) settings.minPerSecond() * WINDOW;
  }

  private static boolean isRecent(long slotTime, long time) {
    long age = time - slotTime;
    return age >= 0 && age < WINDOW;
  }
}
