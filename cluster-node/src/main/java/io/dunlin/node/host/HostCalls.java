package io.dunlin.node.host;

import io.dunlin.node.host.ForeignFunctions.Type;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Calls into the C library. Thread-safe. */
public final class HostCalls {
  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
  private static final int PRIO_PROCESS = 0;
  private static final int LEAST_URGENT = 19;

  /** {@code sched_setattr(2)} has no function in most C libraries; its number by architecture. */
  private static final Map<String, Long> SCHED_SETATTR = Map.of("amd64", 314L, "aarch64", 274L);

  /** {@code struct sched_attr}: size, policy, flags, nice, priority, runtime, deadline, period. */
  private static final int SCHED_ATTR_BYTES = 48;

  private static final long SCHED_FLAG_KEEP_POLICY = 8;

  /** The longest there is. */
  private static final Duration LONG_SLICE = Duration.ofMillis(100);

  /** {@code struct mallinfo2}: ten longs, of which these two are what is in use. */
  private static final int MALLINFO_LONGS = 10;

  private static final int MALLINFO_MAPPED = 4;
  private static final int MALLINFO_IN_ARENAS = 7;

  private HostCalls() {}

  /**
   * Makes the calling thread, and the threads it will start, less urgent than others. For good: an
   * ordinary user may not go back. Linux only, where nice values are a thread's own whatever POSIX
   * says (setpriority(2)); Java's own thread priorities have no effect there.
   *
   * @param steps by how many nice values, up to the least urgent (19); each is about a tenth less
   *     processor time against a neighbour
   * @return whether it was done
   */
  public static boolean lowerThreadPriority(int steps) {
    Optional<MethodHandle> getpriority =
        ForeignFunctions.returningInt("getpriority", Type.INT, Type.INT);
    Optional<MethodHandle> setpriority =
        ForeignFunctions.returningInt("setpriority", Type.INT, Type.INT, Type.INT);
    if (!LINUX || getpriority.isEmpty() || setpriority.isEmpty()) {
      return false;
    }
    int now = call(() -> (int) getpriority.get().invokeExact(PRIO_PROCESS, 0));
    int wanted = Math.min(LEAST_URGENT, now + steps);
    boolean lowered = call(() -> (int) setpriority.get().invokeExact(PRIO_PROCESS, 0, wanted)) == 0;
    boolean unused = setSlice(LONG_SLICE);
    return lowered;
  }

  /**
   * Gives the calling thread, and the threads it will start, a time slice of its own. Since Linux
   * 6.12 a thread that wakes up takes the processor from one with a longer slice at once; otherwise
   * the scheduler lets that one end its slice of milliseconds first, whatever its nice value is. It
   * changes who waits, not who gets how much. Older kernels ignore it.
   *
   * @param slice 0.1 to 100 ms
   * @return whether it was taken
   */
  public static boolean setSlice(Duration slice) {
    Optional<MethodHandle> getpriority =
        ForeignFunctions.returningInt("getpriority", Type.INT, Type.INT);
    Long number = SCHED_SETATTR.get(System.getProperty("os.arch", ""));
    Optional<MethodHandle> syscall =
        ForeignFunctions.returningInt("syscall", Type.LONG, Type.INT, Type.POINTER, Type.INT);
    if (!LINUX || number == null || getpriority.isEmpty() || syscall.isEmpty()) {
      return false;
    }
    int nice = call(() -> (int) getpriority.get().invokeExact(PRIO_PROCESS, 0));
    ByteBuffer attributes =
        ByteBuffer.allocateDirect(SCHED_ATTR_BYTES).order(ByteOrder.nativeOrder());
    attributes
        .putInt(0, SCHED_ATTR_BYTES)
        .putLong(8, SCHED_FLAG_KEEP_POLICY)
        .putInt(16, nice)
        .putLong(24, slice.toNanos());
    return call(
            () ->
                (int)
                    syscall
                        .get()
                        .invokeWithArguments(number, 0, ForeignFunctions.segment(attributes), 0))
        == 0;
  }

  /**
   * Sets a variable of this process's own environment, for native libraries that read it; {@link
   * System#getenv} keeps the old one.
   *
   * @param overwrite whether a value that is there is replaced
   * @return whether it has a value now
   */
  public static boolean setEnvironment(String name, String value, boolean overwrite) {
    Optional<MethodHandle> setenv =
        ForeignFunctions.returningInt("setenv", Type.POINTER, Type.POINTER, Type.INT);
    return setenv.isPresent()
        && call(
                () ->
                    (int)
                        setenv
                            .get()
                            .invokeWithArguments(text(name), text(value), overwrite ? 1 : 0))
            == 0;
  }

  /**
   * Bytes this process's {@code malloc} has handed out and not got back (glibc's mallinfo2(3)); the
   * Java heap is not in it. Empty where the C library does not tell.
   */
  public static OptionalLong allocatedBytes() {
    return Allocator.INSTANCE.map(Allocator::bytes).orElse(OptionalLong.empty());
  }

  /**
   * Does something while nothing reaches this process's stderr, whoever writes to it, and returns
   * what was written. Where that cannot be done, it is only done, and nothing is caught. Linux
   * only; one caller at a time.
   */
  public static synchronized String catchingStderr(Runnable action) {
    Optional<StderrCatch> began = StderrCatch.begin();
    try {
      action.run();
    } finally {
      began.ifPresent(StderrCatch::restore);
    }
    return began.map(StderrCatch::text).orElse("");
  }

  /** A call through a method handle. */
  interface NativeCall {
    int make() throws Throwable;
  }

  static int call(NativeCall call) {
    try {
      return call.make();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static Object text(String text) throws ReflectiveOperationException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // Fresh direct memory is zero, and so is the byte after the text.
    return ForeignFunctions.segment(ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).clear());
  }

  /** {@code mallinfo2} and the memory it writes to. */
  private static final class Allocator {
    static final Optional<Allocator> INSTANCE = open();

    private final MethodHandle mallinfo2;
    private final ByteBuffer result;

    private Allocator(MethodHandle mallinfo2, ByteBuffer result) {
      this.mallinfo2 = mallinfo2;
      this.result = result;
    }

    private static Optional<Allocator> open() {
      ByteBuffer result =
          ByteBuffer.allocateDirect(MALLINFO_LONGS * Long.BYTES).order(ByteOrder.nativeOrder());
      return ForeignFunctions.returningLongs("mallinfo2", MALLINFO_LONGS, result)
          .map(handle -> new Allocator(handle, result));
    }

    synchronized OptionalLong bytes() {
      call(
          () -> {
            Object unused = mallinfo2.invoke();
            return 0;
          });
      return OptionalLong.of(
          result.getLong(MALLINFO_MAPPED * Long.BYTES)
              + result.getLong(MALLINFO_IN_ARENAS * Long.BYTES));
    }
  }
}
