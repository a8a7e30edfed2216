package io.dunlin.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RequestBudgetTest {
  private final RequestBudget budget = new RequestBudget(100);

  @Test
  void givesOutExactlyWhatItHas() {
    assertThat(budget.tryAcquire(60)).isTrue();
    assertThat(budget.tryAcquire(41)).isFalse();
    assertThat(budget.tryAcquire(40)).isTrue();
    assertThat(budget.heldBytes()).isEqualTo(100);
    budget.release(60);
    assertThat(budget.tryAcquire(60)).isTrue();
  }

  @Test
  void aRequestOfAnySizeCannotOverflowTheCount() {
    assertThat(budget.tryAcquire(1)).isTrue();
    assertThat(budget.tryAcquire(Long.MAX_VALUE)).isFalse();
    assertThat(budget.heldBytes()).isEqualTo(1);
  }

  @Test
  void releasingMoreThanIsHeldIsABug() {
    assertThatThrownBy(() -> budget.release(1)).isInstanceOf(IllegalStateException.class);
    assertThat(budget.heldBytes()).isZero();
  }
}
