package io.dunlin.loadtest.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JvmSampleTest {
  @Test
  void aSampleSurvivesItsLine() {
    JvmSample sample = new JvmSample(1L << 60, 2, 3, 4, 5);
    assertThat(JvmSample.fromLine(sample.toLine())).isEqualTo(sample);
    assertThatThrownBy(() -> JvmSample.fromLine("1 2 3"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDifferenceIsTakenFieldByField() {
    assertThat(new JvmSample(10, 20, 30, 40, 50).since(new JvmSample(1, 2, 3, 4, 5)))
        .isEqualTo(new JvmSample(9, 18, 27, 36, 50));
  }

  @Test
  void allocationIsCountedAlsoOfThreadsThatEnded() throws Exception {
    JvmProbe probe = new JvmProbe();
    JvmSample before = probe.sample();
    byte[][] kept = new byte[1][];
    Thread thread = new Thread(() -> kept[0] = new byte[4 << 20]);
    thread.start();
    thread.join();
    assertThat(kept[0]).isNotNull();
    assertThat(probe.sample().since(before).allocatedBytes()).isGreaterThan(4L << 20);
  }
}
