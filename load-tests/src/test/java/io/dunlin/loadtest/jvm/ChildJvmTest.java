package io.dunlin.loadtest.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
  private static final List<String> SMALL =
      List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @TempDir Path folder;

  @Test
  void aProgramIsMeasuredRecordedAndEndedFromOutside() throws Exception {
    Path recording = folder.resolve("r.jfr");
    ChildJvm child = ChildJvm.program("waiter", SMALL, folder, Waiter.class.getName(), List.of());
    try (child) {
      JvmSample first = child.sample();
      child.ask("record");
      JvmSample used = child.sample().since(first);
      assertThat(first.cpuNanos()).isPositive();
      assertThat(used.allocatedBytes()).isPositive();
      assertThat(used.cpuNanos()).isNotNegative();
      child.ask("dump " + recording);
      assertThatThrownBy(() -> child.ask("nonsense"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nonsense");
    }
    assertThat(Files.size(recording)).isPositive();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aProgramThatEndsAtOnceIsReportedWithItsLog() {
    assertThatThrownBy(
            () -> ChildJvm.program("gone", List.of("-no-such-flag"), folder, "None", List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone.log");
  }

  /** Does nothing until it is ended. */
  static final class Waiter {
    private Waiter() {}

    public static void main(String[] args) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }
}
