package io.dunlin.shared.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  @Test
  void expiresExactlyWhenItsTimeIsUp() {
    Deadline deadline = Deadline.after(1_000, Duration.ofNanos(50));
    assertThat(deadline.isExpired(1_049)).isFalse();
    assertThat(deadline.isExpired(1_050)).isTrue();
    assertThat(deadline.remainingNanos(1_020)).isEqualTo(30);
  }

  @Test
  void survivesTheClocksWrapAround() {
    Deadline deadline = Deadline.after(Long.MAX_VALUE - 10, Duration.ofNanos(100));
    assertThat(deadline.isExpired(Long.MAX_VALUE)).isFalse();
    assertThat(deadline.isExpired(Long.MIN_VALUE + 200)).isTrue();
    assertThat(new Deadline(Long.MAX_VALUE).isBefore(deadline)).isTrue();
  }
}
