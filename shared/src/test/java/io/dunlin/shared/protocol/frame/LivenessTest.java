package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.protocol.frame.Liveness.Verdict;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private final Liveness liveness = new Liveness(10, 30, 1000);

  @Test
  void quietPeerIsAskedOncePerIntervalAndThenGivenUp() {
    assertThat(liveness.check(1005)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(1010)).isEqualTo(Verdict.PING);
    assertThat(liveness.check(1015)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(1020)).isEqualTo(Verdict.PING);
    assertThat(liveness.pings()).isEqualTo(2);
    assertThat(liveness.check(1029)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(1030)).isEqualTo(Verdict.DEAD);
  }

  @Test
  void anyByteIsASignOfLife() {
    assertThat(liveness.check(1010)).isEqualTo(Verdict.PING);
    liveness.heard(1012);
    assertThat(liveness.check(1020)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(1022)).isEqualTo(Verdict.PING);
  }

  @Test
  void ownPauseIsNotHeldAgainstThePeer() {
    assertThat(liveness.check(1005)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(9000)).isEqualTo(Verdict.FINE);
    assertThat(liveness.check(9010)).isEqualTo(Verdict.PING);
    assertThat(liveness.check(9020)).isEqualTo(Verdict.PING);
    assertThat(liveness.check(9030)).isEqualTo(Verdict.DEAD);
  }
}
