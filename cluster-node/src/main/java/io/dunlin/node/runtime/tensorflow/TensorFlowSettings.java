package io.dunlin.node.runtime.tensorflow;

import java.util.regex.Pattern;

/**
 * What holds for every model of a process.
 *
 * @param visibleDevices the GPUs TensorFlow may use: {@code all}, {@code none}, or their numbers
 *     separated by commas, as in {@code 0,2}
 * @param memoryGrowth whether GPU memory is taken as it is needed and not all at the start
 */
public record TensorFlowSettings(String visibleDevices, boolean memoryGrowth) {
  public static final String ALL_DEVICES = "all";
  public static final String NO_DEVICES = "none";
  public static final TensorFlowSettings DEFAULT = new TensorFlowSettings(ALL_DEVICES, true);

  private static final Pattern NUMBERS = Pattern.compile("\\d{1,4}(,\\d{1,4})*");

  public TensorFlowSettings {
    if (!visibleDevices.equals(ALL_DEVICES)
        && !visibleDevices.equals(NO_DEVICES)
        && !NUMBERS.matcher(visibleDevices).matches()) {
      throw new IllegalArgumentException(
          "visibleDevices: '"
              + visibleDevices
              + "' (expected: all, none, or GPU numbers as in 0 or 0,2)");
    }
  }
}
