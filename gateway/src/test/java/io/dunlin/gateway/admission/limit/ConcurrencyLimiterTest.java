package io.dunlin.gateway.admission.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {
  private static final int MOST_URGENT = 0;
  private static final long MILLI = 1_000_000;

  private static ConcurrencyLimiter limiter(int limit, TenantWeights weights) {
    return new ConcurrencyLimiter(
        new LimitSettings(limit, limit, limit, 3, Duration.ZERO), weights, 0);
  }

  private static List<ConcurrencyLimiter.Tenant> fill(
      ConcurrencyLimiter limiter, String tenant, int urgency) {
    List<ConcurrencyLimiter.Tenant> entered = new ArrayList<>();
    ConcurrencyLimiter.@Nullable Tenant next = limiter.tryEnter(tenant, urgency);
    while (next != null) {
      entered.add(next);
      next = limiter.tryEnter(tenant, urgency);
    }
    return entered;
  }

  @Test
  void oneTenantMayUseAllOfIt() {
    ConcurrencyLimiter limiter = limiter(10, TenantWeights.EQUAL);
    assertThat(fill(limiter, "a", MOST_URGENT)).hasSize(10);
    assertThat(limiter.inFlight()).isEqualTo(10);
    assertThat(limiter.isOverShare("a")).as("nobody else is there").isFalse();
  }

  @Test
  void lessUrgentRequestsAreShedFirst() {
    for (int urgency = 0; urgency < 8; urgency++) {
      assertThat(fill(limiter(100, TenantWeights.EQUAL), "", urgency))
          .as("urgency %s", urgency)
          .hasSize(100 - 5 * urgency);
    }
    ConcurrencyLimiter limiter = limiter(100, TenantWeights.EQUAL);
    assertThat(fill(limiter, "", 7)).hasSize(65);
    assertThat(fill(limiter, "", 3)).hasSize(20);
    assertThat(fill(limiter, "", 0)).hasSize(15);
  }

  @Test
  void aLimitOfOneTakesAnyUrgency() {
    assertThat(fill(limiter(1, TenantWeights.EQUAL), "", 7)).hasSize(1);
  }

  @Test
  void aTenantBelowItsShareEntersAlthoughAnotherBorrowedEverything() {
    ConcurrencyLimiter limiter = limiter(10, TenantWeights.EQUAL);
    List<ConcurrencyLimiter.Tenant> greedy = fill(limiter, "greedy", MOST_URGENT);
    assertThat(fill(limiter, "modest", MOST_URGENT)).hasSize(5);
    assertThat(limiter.isOverShare("greedy")).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(limiter.tryEnter("greedy", MOST_URGENT)).isNull();
      limiter.leave(greedy.get(i));
    }
    assertThat(limiter.inFlight()).isEqualTo(10);
    assertThat(limiter.isOverShare("modest")).isTrue();
    limiter.leave(greedy.get(5));
    assertThat(limiter.tryEnter("greedy", MOST_URGENT)).isNotNull();
  }

  @Test
  void sharesFollowTheWeights() {
    ConcurrencyLimiter limiter = limiter(100, new TenantWeights(Map.of("gold", 3), 1));
    fill(limiter, "greedy", MOST_URGENT);
    assertThat(fill(limiter, "gold", MOST_URGENT)).hasSize(75);
    assertThat(limiter.inFlight()).isEqualTo(175);
  }

  @Test
  void madeUpTenantsGetNoMoreThanTwiceTheLimitTogether() {
    ConcurrencyLimiter limiter = limiter(50, TenantWeights.EQUAL);
    for (int i = 0; i < 10_000; i++) {
      limiter.tryEnter("made-up-" + i, MOST_URGENT);
    }
    assertThat(limiter.inFlight()).isLessThanOrEqualTo(100);
  }

  @Test
  void retryAfterIsWhatIsUnderWayAtTheMeasuredRate() {
    ConcurrencyLimiter limiter = limiter(1_000, TenantWeights.EQUAL);
    assertThat(limiter.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    for (int i = 0; i < 100; i++) {
      limiter.tryEnter("", MOST_URGENT);
      limiter.answered(MILLI, 0, MILLI, (i + 1) * MILLI);
    }
    // 100 answers in 100 ms, 100 still under way
    assertThat(limiter.retryAfter().toMillis()).isEqualTo(100);
  }

  /** Random traffic of several tenants: what must hold after every step. */
  @Test
  void neverOverfullWorkConservingAndFairWhateverHappens() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int limit = 1 + random.nextInt(60);
      ConcurrencyLimiter limiter = limiter(limit, TenantWeights.EQUAL);
      Map<String, List<ConcurrencyLimiter.Tenant>> held = new HashMap<>();
      int total = 0;
      for (int step = 0; step < 300; step++) {
        String tenant = "t" + random.nextInt(1 + random.nextInt(6));
        List<ConcurrencyLimiter.Tenant> own = held.computeIfAbsent(tenant, t -> new ArrayList<>());
        if (random.nextInt(3) > 0) {
          int urgency = random.nextInt(8);
          int active =
              (int)
                      held.entrySet().stream()
                          .filter(e -> !e.getKey().equals(tenant) && !e.getValue().isEmpty())
                          .count()
                  + 1;
          double open = 1 - 0.05 * urgency;
          ConcurrencyLimiter.Tenant entered = limiter.tryEnter(tenant, urgency);
          boolean roomForAll = total + 1 <= Math.max(1, limit * open);
          boolean belowShare = own.size() < (double) limit / active * open;
          assertThat(entered != null)
              .as("seed %s step %s: refused only when full, and never below the share", seed, step)
              .isEqualTo(roomForAll || belowShare && total + 1 <= 2 * limit);
          if (entered != null) {
            own.add(entered);
            total++;
          }
        } else if (!own.isEmpty()) {
          limiter.leave(own.remove(own.size() - 1));
          total--;
        }
        assertThat(limiter.inFlight()).as("seed %s", seed).isEqualTo(total);
        assertThat(total).as("seed %s", seed).isLessThanOrEqualTo(2 * limit);
      }
    }
  }

  /** Tenants that always want more converge to equal shares, wherever they began. */
  @Test
  void greedyTenantsEndUpWithEqualShares() {
    SplittableRandom random = new SplittableRandom(11);
    ConcurrencyLimiter limiter = limiter(60, TenantWeights.EQUAL);
    List<List<ConcurrencyLimiter.Tenant>> held =
        List.of(new ArrayList<>(fill(limiter, "a", 0)), new ArrayList<>(), new ArrayList<>());
    String[] names = {"a", "b", "c"};
    for (int step = 0; step < 5_000; step++) {
      int ends = random.nextInt(3);
      List<ConcurrencyLimiter.Tenant> own = held.get(ends);
      if (!own.isEmpty()) {
        limiter.leave(own.remove(own.size() - 1));
      }
      for (int i = 0; i < 3; i++) {
        int asks = random.nextInt(3);
        ConcurrencyLimiter.Tenant entered = limiter.tryEnter(names[asks], 0);
        if (entered != null) {
          held.get(asks).add(entered);
        }
      }
    }
    assertThat(held).allSatisfy(own -> assertThat(own.size()).isBetween(17, 23));
  }
}
