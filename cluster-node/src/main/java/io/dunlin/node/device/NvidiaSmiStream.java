package io.dunlin.node.device;

import io.dunlin.node.device.NvidiaSmiParser.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the machine's GPUs through one long-lived {@code nvidia-smi} child: a fork for each
 * sample would cost more than the sample.
 *
 * <pre>
 * ABSENT     no nvidia-smi here: there are no GPUs, and nothing is tried again
 * STARTING   no line has come yet
 * STREAMING  the last line was a sample
 * STALLED    the child runs but has said nothing for long, as when a GPU hangs
 * FAILING    the child ended, or says it cannot see a GPU; it is started again, later each time
 * CLOSED     nobody listens any more
 * </pre>
 *
 * <p>What is known of a GPU is kept while FAILING: its memory does not change because the tool does
 * not answer. Thread-safe.
 */
public final class NvidiaSmiStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmiStream.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration STALL = PERIOD.multipliedBy(10);
  private static final long JOIN_MILLIS = 2000;
  private static final int MAX_TROUBLE_LINES = 3;
  private static final int MAX_GPUS = 256;

  private final Object lock = new Object();
  private final TreeMap<Integer, GpuSample> gpus = new TreeMap<>();
  private final Map<Integer, Long> rounds = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LongSupplier nanoTime;
  private final @Nullable Thread reader;
  private long lastSampleNanos;
  private String lastLogged = "";
  private Status status;
  private String trouble = "";
  private int lastIndex = -1;
  private boolean allSeen;
  private @Nullable SmiProcess child;

  private NvidiaSmiStream(
      SmiProcess.@Nullable Launcher launcher, @Nullable Pause pause, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    if (launcher == null) {
      status = Status.ABSENT;
      reader = null;
      return;
    }
    status = Status.STARTING;
    RestartBackoff backoff = new RestartBackoff(FIRST_WAIT, LONGEST_WAIT);
    reader =
        Thread.ofPlatform()
            .name("nvidia-smi-reader")
            .daemon()
            .unstarted(() -> follow(launcher, backoff, pause == null ? this::pause : pause));
  }

  /** See the table above. */
  public enum Status {
    ABSENT,
    STARTING,
    STREAMING,
    STALLED,
    FAILING,
    CLOSED
  }

  /**
   * What is known now.
   *
   * @param gpus by index
   * @param trouble what is wrong, in the tool's words; empty while it streams
   */
  public record State(Status status, List<GpuSample> gpus, String trouble) {}

  /** Waits between two children; false when there is to be no next one. */
  @FunctionalInterface
  interface Pause {
    boolean await(Duration wait) throws InterruptedException;
  }

  /** Starts following with the {@code nvidia-smi} on {@code path}, if there is one. */
  public static NvidiaSmiStream open(String path) {
    Optional<Path> executable = SmiProcess.find("nvidia-smi", path);
    return open(
        executable.map(e -> SmiProcess.nvidiaSmi(e, PERIOD)).orElse(null), null, System::nanoTime);
  }

  /**
   * @param launcher null for a machine without {@code nvidia-smi}
   * @param pause null to wait for real
   * @param nanoTime tells a stalled child
   */
  static NvidiaSmiStream open(
      SmiProcess.@Nullable Launcher launcher, @Nullable Pause pause, LongSupplier nanoTime) {
    NvidiaSmiStream stream = new NvidiaSmiStream(launcher, pause, nanoTime);
    if (stream.reader != null) {
      stream.reader.start();
    }
    return stream;
  }

  public State state() {
    synchronized (lock) {
      boolean stalled =
          status == Status.STREAMING && nanoTime.getAsLong() - lastSampleNanos > STALL.toNanos();
      Status now = stalled ? Status.STALLED : status;
      return new State(now, List.copyOf(gpus.values()), trouble);
    }
  }

  /**
   * Waits until a GPU has been seen.
   *
   * @return empty when it is not listed, when discovery is absent or failing, or when {@code
   *     timeout} has passed
   */
  public Optional<GpuSample> await(int index, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      while (!gpus.containsKey(index) && mayCome()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          break;
        }
        lock.wait(left);
      }
      return Optional.ofNullable(gpus.get(index));
    }
  }

  /**
   * Waits for a sample that was taken after this call.
   *
   * @return the last one there is, when no newer one comes within {@code timeout}
   */
  Optional<GpuSample> fresh(int index, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      // The next sample may have been on its way already; the one after it was not.
      long wanted = rounds.getOrDefault(index, 0L) + 2;
      while (rounds.getOrDefault(index, 0L) < wanted && status == Status.STREAMING) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          break;
        }
        lock.wait(left);
      }
      return Optional.ofNullable(gpus.get(index));
    }
  }

  private boolean mayCome() {
    return status == Status.STARTING || status == Status.STREAMING && !allSeen;
  }

  /** Ends the child and stops following. */
  @Override
  public void close() {
    closed.countDown();
    Thread following;
    synchronized (lock) {
      status = Status.CLOSED;
      lock.notifyAll();
      following = reader;
      if (child != null) {
        child.end();
      }
    }
    if (following != null) {
      following.interrupt();
      try {
        following.join(JOIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void follow(SmiProcess.Launcher launcher, RestartBackoff backoff, Pause pause) {
    try {
      boolean goesOn = true;
      while (goesOn) {
        if (followOnce(launcher)) {
          backoff.worked();
        }
        goesOn = !isClosed() && pause.await(backoff.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean pause(Duration wait) throws InterruptedException {
    return !closed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Reads one child to its end; whether any sample came. */
  private boolean followOnce(SmiProcess.Launcher launcher) throws InterruptedException {
    boolean worked = false;
    List<String> said = new ArrayList<>();
    try {
      SmiProcess process = launcher.launch();
      if (!adopt(process)) {
        process.end();
        return false;
      }
      BoundedLines lines = new BoundedLines(process.output());
      for (String line = lines.next(); line != null; line = lines.next()) {
        worked |= take(NvidiaSmiParser.parse(line), said);
      }
      String words = said.isEmpty() ? "" : ": " + String.join("; ", said);
      ended("nvidia-smi ended with " + process.exitCode() + words);
    } catch (IOException e) {
      ended("nvidia-smi: " + e.getMessage());
    } finally {
      synchronized (lock) {
        child = null;
      }
    }
    return worked;
  }

  private boolean adopt(SmiProcess process) {
    synchronized (lock) {
      if (status == Status.CLOSED) {
        return false;
      }
      child = process;
      return true;
    }
  }

  /** Whether the line was a sample. */
  private boolean take(Line line, List<String> said) {
    return switch (line) {
      case Line.Sample sample -> {
        said.clear();
        seen(sample.gpu());
        yield true;
      }
      case Line.Trouble words -> {
        if (said.size() < MAX_TROUBLE_LINES) {
          said.add(words.text());
        }
        failing(String.join("; ", said));
        yield false;
      }
      case Line.Blank blank -> false;
    };
  }

  private void seen(GpuSample gpu) {
    synchronized (lock) {
      if (status != Status.CLOSED && (gpus.size() < MAX_GPUS || gpus.containsKey(gpu.index()))) {
        gpus.put(gpu.index(), gpu);
        rounds.merge(gpu.index(), 1L, Long::sum);
        // GPUs are listed in order, once each sample: an index that is not higher begins the next.
        allSeen |= gpu.index() <= lastIndex;
        lastIndex = gpu.index();
        lastSampleNanos = nanoTime.getAsLong();
        status = Status.STREAMING;
        trouble = "";
        lock.notifyAll();
      }
    }
  }

  /** A child that fails again with the same words is not news. */
  private void ended(String text) {
    failing(text);
    if (!isClosed() && !text.equals(lastLogged)) {
      LOG.warn("GPU discovery: {}", text);
      lastLogged = text;
    }
  }

  private void failing(String text) {
    synchronized (lock) {
      if (status == Status.CLOSED) {
        return;
      }
      status = Status.FAILING;
      trouble = text;
      lock.notifyAll();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }
}
