package io.dunlin.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private static RetryBudget budget(double share, int minPerSecond) {
    return new RetryBudget(new RetryBudget.Settings(share, minPerSecond), 0);
  }

  private static int withdrawAll(RetryBudget budget, long now, double reserve) {
    int taken = 0;
    while (budget.tryWithdraw(now, reserve)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aFewAttemptsPerSecondAreAllowedWithoutAnyTraffic() {
    assertThat(withdrawAll(budget(0.2, 10), SECOND, 0)).isEqualTo(100);
    assertThat(withdrawAll(budget(0.2, 0), SECOND, 0)).isZero();
  }

  @Test
  void aShareOfTheLastTenSecondsIsAllowed() {
    RetryBudget budget = budget(0.2, 0);
    for (int i = 0; i < 1_000; i++) {
      budget.requested(i * SECOND / 200);
    }
    assertThat(withdrawAll(budget, 5 * SECOND, 0)).isEqualTo(200);
  }

  @Test
  void whatWasAllowedLongAgoIsForgottenAndSoIsWhatWasTaken() {
    RetryBudget budget = budget(0.2, 1);
    for (int i = 0; i < 1_000; i++) {
      budget.requested(SECOND);
    }
    assertThat(withdrawAll(budget, 2 * SECOND, 0)).isEqualTo(210);
    assertThat(budget.balance(60 * SECOND)).isEqualTo(10);
  }

  @Test
  void aReserveIsLeftForBetterReasons() {
    RetryBudget budget = budget(0.2, 10);
    assertThat(withdrawAll(budget, SECOND, 0.5)).isEqualTo(50);
    assertThat(withdrawAll(budget, SECOND, 0)).isEqualTo(50);
  }

  @Test
  void underLastingOverloadRetriesStayWithinTheShare() {
    RetryBudget budget = budget(0.2, 10);
    int retries = 0;
    int requests = 0;
    for (long now = 0; now < 60 * SECOND; now += SECOND / 1_000) {
      budget.requested(now);
      requests++;
      if (budget.tryWithdraw(now)) {
        retries++;
      }
    }
    assertThat(retries).isLessThan((int) (requests * 0.2) + 10 * 60 + 300);
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> new RetryBudget.Settings(1.5, 0)).hasMessageContaining("share: 1.5");
    assertThatThrownBy(() -> new RetryBudget.Settings(0.1, -1))
        .hasMessageContaining("min-per-second: -1");
  }
}
