package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The process that {@link ResidentMemoryTest} watches: does one thing many times and prints the
 * resident memory, in KiB, after each round.
 */
final class ResidentMemoryProbe {
  private static final long PAGE_KIB = 4;

  private ResidentMemoryProbe() {}

  /** Arguments: what to do ({@code loads} or {@code runs}), rounds, times per round. */
  public static void main(String[] args) throws IOException, ModelRunException {
    int rounds = Integer.parseInt(args[1]);
    int times = Integer.parseInt(args[2]);
    switch (args[0]) {
      case "loads" -> {
        for (int round = 0; round < rounds; round++) {
          for (int i = 0; i < times; i++) {
            loadRunUnload();
          }
          printResident();
        }
      }
      case "runs" -> {
        try (LoadedModel strings = Examples.load("string_identity");
            LoadedModel poison = Examples.load("poison")) {
          for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < times; i++) {
              runStrings(strings);
              runPoison(poison);
            }
            printResident();
          }
        }
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void loadRunUnload() throws ModelRunException {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(1, 2, 3)));
    }
  }

  /** Strings in their cells, strings with blocks of their own, stacked and padded. */
  private static void runStrings(LoadedModel model) throws ModelRunException {
    Tensor part = Values.strings("short", "", "l".repeat(1000), "a little longer than a cell");
    model.run(Signature.DEFAULT_NAME, List.of(new Input(List.of(part, part), 2)));
  }

  /** A run that fails, with 4 KiB of input. */
  private static void runPoison(LoadedModel model) throws ModelRunException {
    float[] values = new float[1024];
    values[4] = -999;
    try {
      model.run(Signature.DEFAULT_NAME, Values.inputs(Values.floats(Values.shape(256, 4), values)));
    } catch (ModelRunException e) {
      if (e.code() != FailureCode.INVALID_ARGUMENT) {
        throw e;
      }
    }
  }

  private static void printResident() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
    System.out.println("resident " + Long.parseLong(pages[1]) * PAGE_KIB);
  }
}
