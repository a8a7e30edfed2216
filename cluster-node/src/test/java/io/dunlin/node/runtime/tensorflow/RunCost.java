package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What a run costs: microseconds and bytes allocated, for small models and several batch sizes.
 *
 * <p>Arguments: {@code intraOpThreads inlineOps} (default {@code 0 true}). Prints the best and the
 * median of the windows, and the process's least CPU time per run: on a machine that does other
 * things too, compare the best and the CPU time.
 */
final class RunCost {
  private static final int WARM_UP_WINDOWS = 6;
  private static final int WINDOWS = 15;
  private static final long WINDOW_NANOS = 150_000_000L;

  private RunCost() {}

  public static void main(String[] args) throws ModelRunException {
    int intraOp = args.length > 0 ? Integer.parseInt(args[0]) : 0;
    boolean inline = args.length < 2 || Boolean.parseBoolean(args[1]);
    LoadOptions options = new LoadOptions(intraOp, inline);
    System.out.printf("intraOpThreads=%d inlineOps=%s%n", intraOp, inline);
    for (String name : List.of("fraud-detection", "mlp")) {
      try (LoadedModel model = Examples.load(name, options)) {
        for (int rows : new int[] {1, 8, 32, 128}) {
          Tensor[] one = name.equals("mlp") ? mlpRow() : fraudRow();
          measure(
              model, name, rows, "1 part", Arrays.stream(one).map(t -> whole(t, rows)).toList());
          if (rows > 1) {
            measure(
                model,
                name,
                rows,
                rows + " parts",
                Arrays.stream(one).map(t -> parts(t, rows)).toList());
          }
        }
      }
    }
  }

  private static void measure(
      LoadedModel model, String name, int rows, String how, List<Input> inputs)
      throws ModelRunException {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<Double> micros = new ArrayList<>();
    double cpuMicros = Double.MAX_VALUE;
    long bytesPerRun = 0;
    for (int window = 0; window < WARM_UP_WINDOWS + WINDOWS; window++) {
      long runs = 0;
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long cpu = system.getProcessCpuTime();
      long begin = System.nanoTime();
      long now = begin;
      while (now - begin < WINDOW_NANOS) {
        for (int i = 0; i < 20; i++) {
          model.run(Signature.DEFAULT_NAME, inputs);
        }
        runs += 20;
        now = System.nanoTime();
      }
      if (window >= WARM_UP_WINDOWS) {
        micros.add((now - begin) / 1e3 / runs);
        cpuMicros = Math.min(cpuMicros, (system.getProcessCpuTime() - cpu) / 1e3 / runs);
        bytesPerRun = (threads.getCurrentThreadAllocatedBytes() - allocated) / runs;
      }
    }
    Collections.sort(micros);
    System.out.printf(
        Locale.ROOT,
        "%-16s rows %4d %-10s best %8.1f us  median %8.1f us  cpu %8.1f us  %6d bytes/run%n",
        name,
        rows,
        how,
        micros.get(0),
        micros.get(micros.size() / 2),
        cpuMicros,
        bytesPerRun);
  }

  private static Input whole(Tensor row, int rows) {
    return Input.of(Tensor.concat(Collections.nCopies(rows, row)));
  }

  private static Input parts(Tensor row, int rows) {
    return new Input(Collections.nCopies(rows, row), 0);
  }

  private static Tensor[] mlpRow() {
    float[] features = new float[32];
    for (int i = 0; i < features.length; i++) {
      features[i] = i / 32f;
    }
    return new Tensor[] {Values.floats(Values.shape(1, 32), features)};
  }

  /** Sorted by name, as signatures are. */
  private static Tensor[] fraudRow() {
    return new Tensor[] {
      Values.longs(365),
      Values.floats(Values.shape(1), 129.5f),
      Values.bools(true),
      Values.floats(Values.shape(1), 12f),
      Values.longs(18),
      Values.strings("electronics"),
      Values.longs(3)
    };
  }
}
