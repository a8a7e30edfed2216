package io.dunlin.node.dataport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CreditSharesTest {
  @Test
  void sharesAreEqualAndNoneIsSmallerThanTheLargestMessage() {
    CreditShares shares = new CreditShares(100, 30);
    assertThat(shares.maxGateways()).isEqualTo(3);
    assertThat(shares.shareBytes(1)).isEqualTo(100);
    assertThat(shares.shareBytes(2)).isEqualTo(50);
    assertThat(shares.shareBytes(3)).isEqualTo(33);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shares.shareBytes(4))
        .withMessage("gateways: 4 (expected: 1..3)");
  }
}
