package io.dunlin.gateway.admission.limit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of one model version that are under way, in all and for each tenant, and says
 * who may enter.
 *
 * <ul>
 *   <li>Below the limit everybody enters: what one tenant does not use, another borrows.
 *   <li>At the limit only a tenant below its share enters, its share being the limit divided among
 *       the tenants that have requests under way, by weight; whoever borrowed gets nothing until
 *       enough has ended (partitions as in Netflix concurrency-limits). So the count may exceed the
 *       limit by what others had borrowed, and never twice the limit.
 *   <li>Each step of urgency less leaves a further twentieth of the limit to the more urgent: under
 *       overload urgency 7 is shed at 65 % of the limit, urgency 3 at 85 %, urgency 0 at all of it
 *       (RFC 9218). The limit allows for waiting requests, so less urgent work alone still keeps
 *       every replica busy.
 * </ul>
 *
 * Thread-safe without locks. Every success of {@link #tryEnter} needs one {@link #leave}.
 */
public final class ConcurrencyLimiter {
  /** Tenants counted apart; further names share one count. */
  static final int MAX_TENANTS = 1024;

  private static final double URGENCY_STEP = 0.05;
  private static final double RATE_WEIGHT = 0.3;
  private static final Duration MIN_RETRY_AFTER = Duration.ofMillis(1);
  private static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(60);

  private final TenantWeights weights;
  private final ConcurrentHashMap<String, Tenant> tenants = new ConcurrentHashMap<>();
  private final Tenant rest;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger activeWeight = new AtomicInteger();
  private final SampleWindow window;
  private final QueueGradientLimit algorithm; // guarded by itself
  private volatile int limit;
  private volatile double answersPerSecond;

  /** One tenant's requests under way. */
  public static final class Tenant {
    private final int weight;
    private final AtomicInteger inFlight = new AtomicInteger();

    private Tenant(int weight) {
      this.weight = weight;
    }

    public int inFlight() {
      return inFlight.get();
    }
  }

  public ConcurrencyLimiter(LimitSettings settings, TenantWeights weights, long nowNanos) {
    this.weights = weights;
    this.rest = new Tenant(weights.others());
    this.window = new SampleWindow(nowNanos);
    this.algorithm = new QueueGradientLimit(settings);
    this.limit = settings.initial();
  }

  /**
   * Counts a request in, if it may enter.
   *
   * @param tenant who asks; empty for callers that do not say
   * @param urgency 0 (most urgent) to 7
   * @return what {@link #leave} takes; null when the request may not enter
   */
  public @Nullable Tenant tryEnter(String tenant, int urgency) {
    Tenant entering = tenant(tenant);
    int own = entering.inFlight.getAndIncrement();
    if (own == 0) {
      activeWeight.addAndGet(entering.weight);
    }
    int total = inFlight.incrementAndGet();
    int bound = limit;
    double open = 1 - URGENCY_STEP * urgency;
    if (total <= Math.max(1, bound * open)
        || own < share(entering, bound) * open && total <= 2L * bound) {
      window.inFlight(total);
      return entering;
    }
    window.inFlight(total - 1);
    leave(entering);
    return null;
  }

  /** Counts a request out. */
  public void leave(Tenant tenant) {
    inFlight.decrementAndGet();
    if (tenant.inFlight.decrementAndGet() == 0) {
      activeWeight.addAndGet(-tenant.weight);
    }
  }

  /** Whether a tenant that may not enter has its share already while others are there too. */
  public boolean isOverShare(String tenant) {
    Tenant refused = tenant(tenant);
    int own = refused.inFlight.get();
    return own > 0 && activeWeight.get() > refused.weight && own >= (int) share(refused, limit);
  }

  /** An answer came. */
  public void answered(long roundTripNanos, long queueNanos, long computeNanos, long nowNanos) {
    window.answered(roundTripNanos, queueNanos, computeNanos);
    adapt(nowNanos);
  }

  /** A replica refused because its queue is full. */
  public void replicaFull(long nowNanos) {
    window.replicaFull();
    adapt(nowNanos);
  }

  private void adapt(long nowNanos) {
    LimitSample sample = window.closeIfDue(nowNanos);
    if (sample != null) {
      synchronized (algorithm) {
        limit = algorithm.update(sample);
        double rate = sample.answers() * 1e9 / sample.elapsedNanos();
        double before = answersPerSecond;
        answersPerSecond = before == 0 ? rate : before + RATE_WEIGHT * (rate - before);
      }
    }
  }

  /**
   * When what is under way will have been answered, at the measured rate; 1 s until there is one.
   */
  public Duration retryAfter() {
    double rate = answersPerSecond;
    if (rate <= 0) {
      return Duration.ofSeconds(1);
    }
    long nanos = (long) Math.min(MAX_RETRY_AFTER.toNanos(), inFlight.get() / rate * 1e9);
    Duration wait = Duration.ofNanos(nanos);
    return wait.compareTo(MIN_RETRY_AFTER) < 0 ? MIN_RETRY_AFTER : wait;
  }

  public int inFlight() {
    return inFlight.get();
  }

  public int limit() {
    return limit;
  }

  private double share(Tenant tenant, int bound) {
    return (double) bound * tenant.weight / Math.max(tenant.weight, activeWeight.get());
  }

  private Tenant tenant(String name) {
    Tenant known = tenants.get(name);
    return known != null ? known : newTenant(name);
  }

  /** Names come from callers: there may be any number, but only so many are counted apart. */
  private Tenant newTenant(String name) {
    if (tenants.size() >= MAX_TENANTS) {
      return rest;
    }
    return tenants.computeIfAbsent(name, key -> new Tenant(weights.of(key)));
  }
}
