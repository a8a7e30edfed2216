package io.dunlin.node.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final MemoryDemand MEASURED = new MemoryDemand(500, 50, MemoryBasis.MEASURED);

  @Test
  void whatWasMeasuredCounts() {
    assertThat(MemoryEstimate.of(OptionalLong.empty(), Optional.of(MEASURED), 9999))
        .isEqualTo(MEASURED);
    assertThat(MemoryEstimate.of(OptionalLong.of(400), Optional.of(MEASURED), 9999))
        .isEqualTo(MEASURED);
  }

  @Test
  void butNeverLessThanDeclared() {
    assertThat(MemoryEstimate.of(OptionalLong.of(600), Optional.of(MEASURED), 9999))
        .isEqualTo(new MemoryDemand(600, 50, MemoryBasis.DECLARED));
  }

  @Test
  void anUnmeasuredVersionCountsAsDeclared() {
    assertThat(MemoryEstimate.of(OptionalLong.of(600), Optional.empty(), 100))
        .isEqualTo(new MemoryDemand(600, 100, MemoryBasis.DECLARED));
  }

  @Test
  void anUndeclaredOneIsGuessedFromItsArtifact() {
    assertThat(MemoryEstimate.of(OptionalLong.empty(), Optional.empty(), 1000))
        .isEqualTo(new MemoryDemand(1500 + MemoryEstimate.BASE_BYTES, 1000, MemoryBasis.ESTIMATED));
    assertThat(
            MemoryEstimate.of(OptionalLong.empty(), Optional.empty(), Long.MAX_VALUE).deviceBytes())
        .isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> MemoryEstimate.of(OptionalLong.empty(), Optional.empty(), -1))
        .hasMessage("artifactBytes: -1 (expected: >= 0)");
  }
}
