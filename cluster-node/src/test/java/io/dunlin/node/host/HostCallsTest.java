package io.dunlin.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** Real calls, on the system they are for. */
@EnabledOnOs(OS.LINUX)
@EnabledForJreRange(min = JRE.JAVA_22)
class HostCallsTest {
  private static final int BLOCK_BYTES = 64 << 20;

  @Test
  void aThreadIsLoweredAloneAndTheThreadsItStartsWithIt() throws Exception {
    CompletableFuture<Integer> own = new CompletableFuture<>();
    CompletableFuture<Integer> child = new CompletableFuture<>();
    Thread lowered =
        new Thread(
            () -> {
              boolean done = HostCalls.lowerThreadPriority(7);
              own.complete(done ? nice() : -100);
              new Thread(() -> child.complete(nice())).start();
            });
    lowered.start();

    assertThat(own.get()).isEqualTo(Math.min(19, nice() + 7));
    assertThat(child.get()).isEqualTo(own.get());
  }

  /** A thread of the idle class has no slice; there, and on older kernels, it stays as it is. */
  @Test
  void aTimeSliceIsTakenWhereTheKernelHasThem() throws Exception {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    CompletableFuture<String> slice = new CompletableFuture<>();
    new Thread(
            () -> {
              done.complete(HostCalls.setSlice(Duration.ofMillis(20)));
              slice.complete(slice());
            })
        .start();

    assertThat(done.get()).isTrue();
    assertThat(slice.get()).isIn("20000000", slice());
  }

  private static String slice() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/sched"))) {
      return lines
          .filter(line -> line.startsWith("se.slice"))
          .map(line -> line.replaceAll("\\D", ""))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void whatTheAllocatorHandsOutIsSeenAndSoIsItsReturn() {
    long before = HostCalls.allocatedBytes().orElseThrow();
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    long with = HostCalls.allocatedBytes().orElseThrow();

    assertThat(with - before).isBetween((long) BLOCK_BYTES, BLOCK_BYTES + (16L << 20));
    assertThat(block.capacity()).isEqualTo(BLOCK_BYTES);
  }

  @Test
  void theJavaHeapIsNotInIt() {
    long before = HostCalls.allocatedBytes().orElseThrow();
    byte[] heap = new byte[BLOCK_BYTES];

    assertThat(HostCalls.allocatedBytes().orElseThrow() - before).isLessThan(BLOCK_BYTES / 2);
    assertThat(heap).hasSize(BLOCK_BYTES);
  }

  @Test
  void aVariableIsKeptOrReplacedAsAsked() throws IOException {
    String name = "DUNLIN_HOST_CALLS_TEST";
    assertThat(HostCalls.setEnvironment(name, "one", false)).isTrue();
    assertThat(HostCalls.setEnvironment(name, "two", false)).isTrue();
    assertThat(HostCalls.setEnvironment("", "x", true)).as("no name").isFalse();
    assertThat(System.getenv(name)).as("Java's copy").isNull();
  }

  @Test
  void whatIsWrittenToStderrIsCaughtAndLaterWritingsAreNot() {
    PrintStream stderr = new PrintStream(new FileOutputStream(FileDescriptor.err));
    assertThat(HostCalls.catchingStderr(() -> stderr.print("caught"))).isEqualTo("caught");
    assertThat(HostCalls.catchingStderr(() -> {})).isEmpty();
  }

  @Test
  void stderrIsTurnedBackAfterAFailure() {
    Runnable fails =
        () -> {
          throw new IllegalStateException("told to fail");
        };
    String before = target();
    assertThatThrownBy(() -> HostCalls.catchingStderr(fails)).hasMessage("told to fail");
    assertThat(target()).isEqualTo(before);
  }

  private static String target() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void withoutTheAllocatorsWordResidentMemoryStandsIn() {
    assertThat(NativeMemory.bytes()).isPositive();
    assertThat(NativeMemory.residentBytesOutsideHeap()).isPositive();
  }

  private static int nice() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    } catch (IOException e) {
      return -2;
    }
  }
}
