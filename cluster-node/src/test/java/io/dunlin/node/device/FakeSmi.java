package io.dunlin.node.device;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Children that say their lines; each ends by itself, or goes on until it is ended. */
final class FakeSmi implements SmiProcess.Launcher {
  private final Deque<Child> children;
  private final AtomicInteger launched = new AtomicInteger();

  private FakeSmi(Child... children) {
    this.children = new ArrayDeque<>(Arrays.asList(children));
  }

  static FakeSmi of(Child... children) {
    return new FakeSmi(children);
  }

  static Child ends(int exitCode, String... lines) {
    return new Child(text(lines), exitCode, new CountDownLatch(1));
  }

  static Child goesOn(String... lines) {
    CountDownLatch ended = new CountDownLatch(1);
    return new Child(new SequenceInputStream(text(lines), new Silence(ended)), 137, ended);
  }

  int launched() {
    return launched.get();
  }

  @Override
  public SmiProcess launch() throws IOException {
    Child child = children.poll();
    if (child == null) {
      throw new IOException("Cannot allocate memory");
    }
    launched.incrementAndGet();
    return child;
  }

  /** One child's life. */
  record Child(InputStream output, int exitCode, CountDownLatch ended) implements SmiProcess {
    @Override
    public void end() {
      ended.countDown();
    }

    boolean isEnded() {
      return ended.getCount() == 0;
    }
  }

  private static InputStream text(String... lines) {
    return new ByteArrayInputStream(
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Says nothing until the child is ended. */
  private static final class Silence extends InputStream {
    private final CountDownLatch ended;

    Silence(CountDownLatch ended) {
      this.ended = ended;
    }

    @Override
    public int read() throws IOException {
      try {
        ended.await();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
      return -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }
  }
}
