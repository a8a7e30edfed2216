package io.dunlin.gateway.routing.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplicaHealthTest {
  private static final long SECOND = 1_000_000_000L;

  private static ReplicaHealth healthy() {
    return new ReplicaHealth(new HealthSettings(3, Duration.ofSeconds(1), Duration.ofSeconds(5)));
  }

  private static ReplicaHealth ejectedAt(long now) {
    ReplicaHealth health = healthy();
    health.failed(now);
    health.failed(now);
    assertThat(health.failed(now)).isTrue();
    return health;
  }

  @Test
  void soManyFailuresInARowEject() {
    ReplicaHealth health = healthy();
    assertThat(health.failed(0)).isFalse();
    assertThat(health.failed(0)).isFalse();
    assertThat(health.isHealthy()).isTrue();
    assertThat(health.failed(0)).isTrue();
    assertThat(health.isHealthy()).isFalse();
  }

  @Test
  void anAnswerBetweenFailuresBeginsTheCountAnew() {
    ReplicaHealth health = healthy();
    for (int i = 0; i < 20; i++) {
      health.failed(0);
      health.failed(0);
      health.succeeded();
    }
    assertThat(health.isHealthy()).isTrue();
  }

  @Test
  void aReplicaThatSaysItIsLeavingIsEjectedAtOnce() {
    ReplicaHealth health = healthy();
    assertThat(health.leaving(0)).isTrue();
    assertThat(health.leaving(0)).as("it is away already").isFalse();
    assertThat(health.state()).isEqualTo(ReplicaHealth.State.EJECTED);
  }

  @Test
  void oneRequestProbesWhenTheTimeIsOver() {
    ReplicaHealth health = ejectedAt(0);
    assertThat(health.tryProbe(SECOND - 1)).isFalse();
    assertThat(health.tryProbe(SECOND)).isTrue();
    assertThat(health.tryProbe(SECOND)).as("one is enough").isFalse();
    assertThat(health.isHealthy()).isFalse();
    health.succeeded();
    assertThat(health.isHealthy()).isTrue();
  }

  @Test
  void aFailedProbeDoublesTheTimeUpToTheLongest() {
    ReplicaHealth health = ejectedAt(0);
    long now = SECOND;
    for (long seconds : new long[] {2, 4, 5, 5, 5}) {
      assertThat(health.tryProbe(now)).isTrue();
      assertThat(health.failed(now)).isTrue();
      assertThat(health.isProbeDue(now + seconds * SECOND - 1)).isFalse();
      now += seconds * SECOND;
      assertThat(health.isProbeDue(now)).isTrue();
    }
  }

  @Test
  void aProbeThatWasGivenUpIsFollowedByAnother() {
    ReplicaHealth health = ejectedAt(0);
    assertThat(health.tryProbe(SECOND)).isTrue();
    health.probeGivenUp(SECOND);
    assertThat(health.tryProbe(SECOND)).isTrue();
  }

  @Test
  void aLateAnswerReadmits() {
    ReplicaHealth health = ejectedAt(0);
    health.succeeded();
    assertThat(health.isHealthy()).isTrue();
    assertThat(health.failed(0)).isFalse();
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> new HealthSettings(0, Duration.ofSeconds(1), Duration.ofSeconds(2)))
        .hasMessageContaining("consecutive-failures: 0");
    assertThatThrownBy(() -> new HealthSettings(1, Duration.ofSeconds(3), Duration.ofSeconds(2)))
        .hasMessageContaining("max-ejection: 2000 ms");
  }
}
