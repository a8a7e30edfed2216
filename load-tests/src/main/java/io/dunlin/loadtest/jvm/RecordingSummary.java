package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where the CPU time and the allocated bytes of a flight recording went, as text.
 *
 * <p>Each sample counts for the method on top, for the first line of the product below it (whose
 * call it is), and once for every method on the stack. CPU time samples are used where the JVM took
 * them, execution samples otherwise. The first allocation sample of a thread is left out: its
 * weight covers all the thread allocated before the recording.
 */
public final class RecordingSummary {
  private static final int ROWS = 40;

  private final String productPrefix;
  private final Tally threads = new Tally();
  private final Tally tops = new Tally();
  private final Tally productLines = new Tally();
  private final Tally inclusive = new Tally();
  private final Tally classes = new Tally();
  private final Tally allocatingLines = new Tally();
  private final Set<Long> allocatingThreads = new HashSet<>();
  private long samples;
  private long allocated;

  private RecordingSummary(String productPrefix) {
    this.productPrefix = productPrefix;
  }

  /**
   * @param productPrefix of the packages whose lines are told apart, such as {@code io.dunlin.}
   */
  public static String of(Path recording, String productPrefix) throws IOException {
    List<RecordedEvent> events = RecordingFile.readAllEvents(recording);
    boolean cpuTime = events.stream().anyMatch(e -> named(e, "jdk.CPUTimeSample"));
    RecordingSummary summary = new RecordingSummary(productPrefix);
    for (RecordedEvent event : events) {
      if (named(event, cpuTime ? "jdk.CPUTimeSample" : "jdk.ExecutionSample")) {
        summary.cpu(event, event.getThread(cpuTime ? "eventThread" : "sampledThread"));
      } else if (named(event, "jdk.ObjectAllocationSample")) {
        summary.allocation(event);
      }
    }
    return summary.text();
  }

  private static boolean named(RecordedEvent event, String name) {
    return event.getEventType().getName().equals(name);
  }

  private void cpu(RecordedEvent event, @Nullable RecordedThread thread) {
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty() || isOurs(stack)) {
      return;
    }
    samples++;
    threads.add(group(thread), 1);
    tops.add(method(stack.getFrames().get(0)), 1);
    productLines.add(productLine(stack, thread), 1);
    Set<String> seen = new HashSet<>();
    for (RecordedFrame frame : stack.getFrames()) {
      if (seen.add(method(frame))) {
        inclusive.add(method(frame), 1);
      }
    }
  }

  private void allocation(RecordedEvent event) {
    RecordedThread thread = event.getThread();
    RecordedStackTrace stack = event.getStackTrace();
    if (thread == null || allocatingThreads.add(thread.getId()) || stack == null || isOurs(stack)) {
      return;
    }
    long bytes = event.getLong("weight");
    allocated += bytes;
    classes.add(event.getClass("objectClass").getName(), bytes);
    allocatingLines.add(productLine(stack, thread), bytes);
  }

  /** The recording costs something itself; its start falls into it. */
  private static boolean isOurs(RecordedStackTrace stack) {
    String here = RecordingSummary.class.getPackageName();
    return stack.getFrames().stream()
        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith(here + ".Flight"));
  }

  private String productLine(RecordedStackTrace stack, @Nullable RecordedThread thread) {
    for (RecordedFrame frame : stack.getFrames()) {
      if (frame.getMethod().getType().getName().startsWith(productPrefix)) {
        return method(frame) + ":" + frame.getLineNumber();
      }
    }
    return "(no line of the product) " + group(thread);
  }

  private static String method(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static String group(@Nullable RecordedThread thread) {
    String name = thread == null ? null : thread.getJavaName();
    return name == null ? "(native)" : name.replaceAll("-?\\d+$", "");
  }

  private String text() {
    StringBuilder out = new StringBuilder(16 << 10);
    threads.into(out, "CPU by kind of thread", "samples", samples);
    productLines.into(out, "CPU by the product's line nearest to it", "samples", samples);
    tops.into(out, "CPU by method on top", "samples", samples);
    inclusive.into(out, "CPU by method anywhere on the stack", "samples", samples);
    classes.into(out, "Allocation by class", "bytes", allocated);
    allocatingLines.into(out, "Allocation by the product's line nearest to it", "bytes", allocated);
    return out.toString();
  }

  /** Sums by name. */
  private static final class Tally {
    private final Map<String, Long> sums = new HashMap<>();

    void add(String name, long amount) {
      sums.merge(name, amount, Long::sum);
    }

    /**
     * @param whole what is 100 %
     */
    void into(StringBuilder out, String title, String unit, long whole) {
      out.append(String.format(Locale.ROOT, "%n%s (%,d %s)%n", title, whole, unit));
      sums.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .limit(ROWS)
          .forEach(
              entry ->
                  out.append(
                      String.format(
                          Locale.ROOT,
                          "%6.2f %%  %s%n",
                          100.0 * entry.getValue() / whole,
                          entry.getKey())));
    }
  }
}
