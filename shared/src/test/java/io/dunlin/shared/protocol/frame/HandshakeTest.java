package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private final Handshake gateway = side("gateway-1", 1, 3);

  @Test
  void bothEndUpWithTheNewestCommonVersion() {
    Handshake node = side("node-a", 2, 5);
    Hello answer = node.accept(gateway.offer("node-a", Lane.BULK), 77);
    assertThat(answer.versions()).isEqualTo(new VersionRange(3, 3));
    assertThat(answer.creditBytes()).isEqualTo(77);
    assertThat(answer.lane()).isEqualTo(Lane.BULK);
    gateway.verify(answer, "node-a");
  }

  @Test
  void versionsWithoutOverlapAreRefusedByTheNode() {
    refuses(
        CloseReason.VERSION,
        "protocol versions: node-a speaks 4..5, gateway-1 1..3 (expected: a common one)",
        () -> side("node-a", 4, 5).accept(gateway.offer("node-a", Lane.EXPRESS), 1));
  }

  @Test
  void anotherClusterIsRefusedByEitherSide() {
    Handshake stranger = new Handshake(new VersionRange(1, 1), "staging", "node-a", 1000, 4);
    Hello offer = gateway.offer("node-a", Lane.EXPRESS);
    refuses(
        CloseReason.CLUSTER,
        "cluster: node-a is in staging, gateway-1 in prod (expected: the same)",
        () -> stranger.accept(offer, 1));
    refuses(
        CloseReason.CLUSTER,
        "cluster: gateway-1 is in prod, node-a in staging (expected: the same)",
        () -> gateway.verify(stranger.offer("gateway-1", Lane.EXPRESS), "node-a"));
  }

  @Test
  void anAddressThatAnotherNodeTookOverIsRefusedByEitherSide() {
    Hello offer = gateway.offer("node-a", Lane.EXPRESS);
    refuses(
        CloseReason.NODE,
        "node: this is node-b (expected: node-a)",
        () -> side("node-b", 1, 1).accept(offer, 1));
    refuses(
        CloseReason.NODE,
        "node: answered by node-b (expected: node-a)",
        () -> gateway.verify(side("node-b", 1, 1).offer("gateway-1", Lane.EXPRESS), "node-a"));
  }

  @Test
  void versionRangesAreOrdered() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VersionRange(3, 2))
        .withMessage("versions: 3..2 (expected: 1 <= min <= max <= 65535)");
    assertThat(new VersionRange(1, 2).newestCommon(new VersionRange(3, 4))).isZero();
    assertThat(new VersionRange(1, 9).newestCommon(new VersionRange(3, 4))).isEqualTo(4);
  }

  private static Handshake side(String nodeId, int min, int max) {
    return new Handshake(new VersionRange(min, max), "prod", nodeId, 1000, 4);
  }

  private static void refuses(CloseReason reason, String message, Runnable step) {
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(step::run)
        .withMessage(message)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
