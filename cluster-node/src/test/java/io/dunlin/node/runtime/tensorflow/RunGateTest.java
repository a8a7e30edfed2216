package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunGateTest {
  private final RunGate gate = new RunGate();
  private final AtomicInteger released = new AtomicInteger();

  @Test
  void closingWaitsForTheRunsUnderWayAndLetsNoNewOneIn() throws InterruptedException {
    long first = gate.enter();
    long second = gate.enter();
    Thread closer = new Thread(() -> gate.close(released::incrementAndGet));
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThatIllegalStateException().isThrownBy(gate::enter).withMessage("the model is closed");
    gate.leave(first);
    assertThat(released).hasValue(0);
    gate.leave(second);
    closer.join();
    assertThat(released).hasValue(1);
  }

  @Test
  void releasesOnce() {
    gate.close(released::incrementAndGet);
    gate.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
  }
}
