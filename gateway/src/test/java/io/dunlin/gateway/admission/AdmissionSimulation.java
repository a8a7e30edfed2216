package io.dunlin.gateway.admission;

import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.admission.limit.LimitSettings;
import io.dunlin.gateway.admission.limit.TenantWeights;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One version's concurrency limit and retry budget on virtual time, in front of a replica with a
 * bounded queue: tenants come and go and burst, the replica becomes slow and fast again, loses
 * answers and refuses, callers give up. One seed is one history.
 */
final class AdmissionSimulation {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long CHAOS = 12 * SECOND;
  private static final long CALM = 25 * SECOND;
  private static final long LAST = 8 * SECOND;
  private static final int SERVERS = 4;
  private static final int QUEUE = 200;
  private static final int SLOT_BITS = 30;
  private static final int WINDOW_SLOTS = 10;
  private static final LimitSettings LIMIT =
      new LimitSettings(64, 8, 512, 3, Duration.ofMillis(100));
  private static final Map<String, Integer> WEIGHTS = Map.of("a", 3, "b", 1, "c", 1);

  private final SplittableRandom random;
  private final ConcurrencyLimiter limiter =
      new ConcurrencyLimiter(LIMIT, new TenantWeights(WEIGHTS, 1), 0);
  private final RetryBudget budget = new RetryBudget(RetryBudget.Settings.DEFAULT, 0);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Map<String, Integer> under = new TreeMap<>();
  private final ArrayDeque<Request> queue = new ArrayDeque<>();
  private final ArrayDeque<Long> asked = new ArrayDeque<>();
  private final ArrayDeque<Long> withdrawn = new ArrayDeque<>();
  private final List<String> violations = new ArrayList<>();
  private long now;
  private long lastNumber;
  private int busy;
  private double serviceMillis = 4;
  private int refusedPercent = 2;
  private boolean calm;
  private int underWay;
  private int refusedLast;
  private int admittedLast;

  private record Event(long at, long number, Runnable action) {}

  /** A request that was let in. */
  private final class Request {
    private final String name;
    private final ConcurrencyLimiter.Tenant tenant;
    private final long began = now;
    private long enqueued;
    private boolean over;

    private Request(String name, ConcurrencyLimiter.Tenant tenant) {
      this.name = name;
      this.tenant = tenant;
    }

    private void end() {
      if (!over) {
        over = true;
        limiter.leave(tenant);
        underWay--;
        under.merge(name, -1, Integer::sum);
      }
    }
  }

  AdmissionSimulation(long seed) {
    this.random = new SplittableRandom(seed);
  }

  List<String> violations() {
    return violations;
  }

  /** Plays one history to its end. */
  void run() {
    for (String tenant : List.of("a", "b", "c")) {
      after(random.nextLong(SECOND), () -> ask(tenant));
    }
    for (int i = 0; i < 8; i++) {
      after(random.nextLong(CHAOS), this::happen);
    }
    after(
        CHAOS,
        () -> {
          calm = true;
          serviceMillis = 4;
          refusedPercent = 0;
        });
    while (!events.isEmpty() && violations.isEmpty()) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
      check();
    }
    expect(underWay == 0 && limiter.inFlight() == 0, limiter.inFlight() + " never left");
    expect(
        refusedLast * 20 <= admittedLast,
        refusedLast + " refused beside " + admittedLast + " at half the capacity, long at rest");
  }

  private void happen() {
    switch (random.nextInt(4)) {
      case 0 -> serviceMillis = 4 + random.nextInt(60);
      case 1 -> {
        serviceMillis = 4;
        refusedPercent = 2;
      }
      case 2 -> refusedPercent = random.nextInt(100);
      default -> {
        String tenant = random.nextBoolean() ? "a" : "b";
        int burst = 50 + random.nextInt(300);
        for (int i = 0; i < burst; i++) {
          enter(tenant);
        }
      }
    }
  }

  /** Each tenant asks on and on; in calm together half of what the replica can do. */
  private void ask(String tenant) {
    if (now > CHAOS + CALM) {
      return;
    }
    enter(tenant);
    double perSecond = calm ? 1000.0 / 4 * SERVERS / 2 / 3 : 50 + random.nextInt(450);
    after((long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9), () -> ask(tenant));
  }

  private void enter(String name) {
    int urgency = calm ? 3 : random.nextInt(8);
    int before = limiter.inFlight();
    int bound = limiter.limit();
    ConcurrencyLimiter.Tenant tenant = limiter.tryEnter(name, urgency);
    boolean last = now > CHAOS + CALM - LAST;
    if (tenant == null) {
      refusedLast += last ? 1 : 0;
      double open = bound * (1 - 0.05 * urgency);
      expect(before + 1 > Math.max(1, open), "refused below the limit: " + before + " of " + open);
      double share = share(name, bound) * (1 - 0.05 * urgency);
      expect(
          under.getOrDefault(name, 0) >= share || before + 1 > 2 * bound,
          name + " is refused below its share of " + share);
      return;
    }
    admittedLast += last ? 1 : 0;
    expect(before + 1 <= Math.max(1, 2 * bound), "admitted beyond twice the limit of " + bound);
    underWay++;
    under.merge(name, 1, Integer::sum);
    budget.requested(now);
    asked.add(now >> SLOT_BITS);
    Request request = new Request(name, tenant);
    attempt(request);
    // the deadline, or a caller that hangs up
    after(calm || random.nextInt(10) > 0 ? 3 * SECOND : random.nextLong(SECOND), request::end);
  }

  /** The share of a tenant among those that have requests under way, itself included. */
  private double share(String name, int bound) {
    int all = 0;
    for (String tenant : List.of("a", "b", "c")) {
      if (tenant.equals(name) || under.getOrDefault(tenant, 0) > 0) {
        all += WEIGHTS.getOrDefault(tenant, 1);
      }
    }
    return (double) bound * WEIGHTS.getOrDefault(name, 1) / all;
  }

  private void attempt(Request request) {
    int dice = calm ? Integer.MAX_VALUE : random.nextInt(100);
    if (dice < 3) {
      return; // lost on its way: only the deadline ends it
    }
    if (queue.size() >= QUEUE || dice < 3 + refusedPercent) {
      limiter.replicaFull(now);
      again(request);
      return;
    }
    request.enqueued = now;
    queue.add(request);
    serve();
  }

  private void again(Request request) {
    if (request.over) {
      return;
    }
    if (budget.tryWithdraw(now)) {
      withdrawn.add(now >> SLOT_BITS);
      after(random.nextLong(5 * MILLI), () -> attempt(request));
    } else {
      request.end();
    }
  }

  private void serve() {
    while (busy < SERVERS && !queue.isEmpty()) {
      Request request = queue.remove();
      if (request.over) {
        continue;
      }
      busy++;
      long waited = now - request.enqueued;
      long run = (long) (serviceMillis * MILLI * (0.75 + random.nextDouble() / 2));
      after(
          run,
          () -> {
            busy--;
            answered(request, waited, run);
            serve();
          });
    }
  }

  private void answered(Request request, long waited, long run) {
    if (!calm && random.nextInt(50) == 0) {
      again(request); // the connection broke under the answer
    } else if (!request.over) {
      limiter.answered(now - request.began, waited, run, now);
      request.end();
    }
  }

  // ---- invariants

  private void check() {
    expect(limiter.inFlight() == underWay, limiter.inFlight() + " counted, " + underWay + " are");
    expect(
        limiter.limit() >= LIMIT.min() && limiter.limit() <= LIMIT.max(),
        "limit " + limiter.limit());
    Duration retryAfter = limiter.retryAfter();
    expect(
        retryAfter.compareTo(Duration.ofMillis(1)) >= 0
            && retryAfter.compareTo(Duration.ofSeconds(60)) <= 0,
        "Retry-After " + retryAfter);
    long first = (now >> SLOT_BITS) - WINDOW_SLOTS;
    while (!asked.isEmpty() && asked.element() <= first) {
      asked.remove();
    }
    while (!withdrawn.isEmpty() && withdrawn.element() <= first) {
      withdrawn.remove();
    }
    // Within the slot of a withdrawal nothing has left the window since.
    if (!withdrawn.isEmpty() && withdrawn.getLast() == now >> SLOT_BITS) {
      double allowed = 0.2 * asked.size() + 10 * WINDOW_SLOTS;
      expect(
          withdrawn.size() <= allowed,
          withdrawn.size() + " further attempts in ten seconds (expected: <= " + allowed + ")");
    }
  }

  private void expect(boolean holds, String violation) {
    if (!holds) {
      violations.add(now / MILLI + " ms: " + violation);
    }
  }

  private void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, ++lastNumber, action));
  }
}
