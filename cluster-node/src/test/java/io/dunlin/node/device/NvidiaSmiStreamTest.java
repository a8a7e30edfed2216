package io.dunlin.node.device;

import static io.dunlin.node.device.FakeSmi.ends;
import static io.dunlin.node.device.FakeSmi.goesOn;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.device.NvidiaSmiStream.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class NvidiaSmiStreamTest {
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final LongSupplier CLOCK = () -> 0;
  private static final String GPU_0 = "0, GPU-a, NVIDIA L4, 23034, 1, 5";
  private static final String GPU_1 = "1, GPU-b, NVIDIA L4, 23034, 2, 6";
  private static final String BROKEN = "NVIDIA-SMI has failed because it couldn't communicate";

  @Test
  void withoutNvidiaSmiThereAreNoGpusAndNobodyWaits() throws Exception {
    try (NvidiaSmiStream stream = NvidiaSmiStream.open("")) {
      assertThat(stream.await(0, LONG)).isEmpty();
      assertThat(stream.state()).isEqualTo(new NvidiaSmiStream.State(Status.ABSENT, List.of(), ""));
    }
  }

  @Test
  void eachGpuIsKnownByItsLastSample() throws Exception {
    FakeSmi.Child child = goesOn(GPU_0, GPU_1, "0, GPU-a, NVIDIA L4, 23034, 9, 50");
    NvidiaSmiStream stream = NvidiaSmiStream.open(FakeSmi.of(child), never(), CLOCK);

    assertThat(stream.await(2, LONG)).as("a GPU that is not listed").isEmpty();
    assertThat(stream.state().status()).isEqualTo(Status.STREAMING);
    assertThat(stream.state().gpus()).extracting(GpuSample::index).containsExactly(0, 1);
    assertThat(stream.await(0, LONG))
        .contains(
            new GpuSample(
                0,
                "GPU-a",
                "NVIDIA L4",
                OptionalLong.of(23034L << 20),
                OptionalLong.of(9L << 20),
                OptionalInt.of(50)));
    stream.close();
    assertThat(child.isEnded()).isTrue();
    assertThat(stream.state().status()).isEqualTo(Status.CLOSED);
  }

  @Test
  void aChildThatEndsIsStartedAgainLaterEachTimeUntilItWorks() throws Exception {
    FakeSmi smi =
        FakeSmi.of(
            ends(9, BROKEN), ends(9, BROKEN), ends(9, BROKEN), ends(0, GPU_0), ends(9, BROKEN));
    Waits waits = new Waits(5);
    NvidiaSmiStream stream = NvidiaSmiStream.open(smi, waits, CLOCK);
    waits.done.await();

    assertThat(waits.seconds()).containsExactly(1L, 2L, 4L, 1L, 2L);
    assertThat(stream.state().status()).isEqualTo(Status.FAILING);
    assertThat(stream.state().gpus()).extracting(GpuSample::index).containsExactly(0);
    assertThat(stream.state().trouble()).isEqualTo("nvidia-smi ended with 9: " + BROKEN);
    stream.close();
  }

  @Test
  void theWaitHasABound() throws Exception {
    Waits waits = new Waits(9);
    NvidiaSmiStream stream = NvidiaSmiStream.open(FakeSmi.of(), waits, CLOCK);
    waits.done.await();

    assertThat(waits.seconds()).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    assertThat(stream.state().trouble()).isEqualTo("nvidia-smi: Cannot allocate memory");
    stream.close();
  }

  @Test
  void nobodyWaitsForAToolThatFails() throws Exception {
    NvidiaSmiStream stream = NvidiaSmiStream.open(FakeSmi.of(ends(9, BROKEN)), never(), CLOCK);

    assertThat(stream.await(0, LONG)).isEmpty();
    assertThat(stream.state().status()).isEqualTo(Status.FAILING);
    stream.close();
  }

  @Test
  void aChildThatFallsSilentIsToldFromOneThatStreams() throws Exception {
    AtomicLong now = new AtomicLong(5);
    NvidiaSmiStream stream = NvidiaSmiStream.open(FakeSmi.of(goesOn(GPU_0)), never(), now::get);
    assertThat(stream.await(0, LONG)).isPresent();

    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(stream.state().status()).isEqualTo(Status.STREAMING);
    now.addAndGet(1);
    assertThat(stream.state().status()).isEqualTo(Status.STALLED);
    assertThat(stream.state().gpus()).hasSize(1);
    stream.close();
  }

  @Test
  void theFirstLinesOfALongComplaintAreKept() throws Exception {
    FakeSmi smi = FakeSmi.of(ends(18, "Failed to initialize NVML: mismatch", "a", "b", "c"));
    Waits waits = new Waits(1);
    NvidiaSmiStream stream = NvidiaSmiStream.open(smi, waits, CLOCK);
    waits.done.await();

    assertThat(stream.state().trouble())
        .isEqualTo("nvidia-smi ended with 18: Failed to initialize NVML: mismatch; a; b");
    stream.close();
  }

  @Test
  void closingEndsTheChildAndStartsNoOther() throws Exception {
    FakeSmi.Child child = goesOn(GPU_0);
    FakeSmi smi = FakeSmi.of(child, goesOn(GPU_0));
    NvidiaSmiStream stream = NvidiaSmiStream.open(smi, null, CLOCK);
    assertThat(stream.await(0, LONG)).isPresent();
    stream.close();
    stream.close();

    assertThat(child.isEnded()).isTrue();
    assertThat(smi.launched()).isEqualTo(1);
  }

  @Test
  void aLineWithoutEndIsCut() throws IOException {
    String longest = "x".repeat(BoundedLines.MAX_LINE_BYTES);
    BoundedLines lines =
        new BoundedLines(
            new ByteArrayInputStream(
                (longest + "\n" + longest + "y\nlast").getBytes(StandardCharsets.UTF_8)));

    assertThat(lines.next()).isEqualTo(longest);
    assertThat(lines.next()).isEqualTo(longest);
    assertThat(lines.next()).isEqualTo("last");
    assertThat(Optional.ofNullable(lines.next())).isEmpty();
  }

  private static NvidiaSmiStream.Pause never() {
    return wait -> false;
  }

  /** Notes each wait and lets no time pass; the last one ends it. */
  private static final class Waits implements NvidiaSmiStream.Pause {
    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch done = new CountDownLatch(1);
    private final int last;

    Waits(int last) {
      this.last = last;
    }

    @Override
    public boolean await(Duration wait) {
      waits.add(wait);
      boolean goesOn = waits.size() < last;
      if (!goesOn) {
        done.countDown();
      }
      return goesOn;
    }

    List<Long> seconds() {
      return waits.stream().map(Duration::toSeconds).toList();
    }
  }
}
