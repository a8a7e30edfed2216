package io.dunlin.node.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device a node process uses, as {@code --device} names it: {@code cpu} or {@code gpu:K}, K
 * being {@code nvidia-smi}'s index. CUDA counts in that order only with {@code
 * CUDA_DEVICE_ORDER=PCI_BUS_ID}; its own default is fastest first.
 */
public sealed interface DeviceSpec {
  /** Host processors and host memory. */
  record Cpu() implements DeviceSpec {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /** One GPU. */
  record Gpu(int index) implements DeviceSpec {
    private static final Pattern FORM = Pattern.compile("gpu:(0|[1-9][0-9]{0,2})");

    @Override
    public String toString() {
      return "gpu:" + index;
    }
  }

  /**
   * @throws IllegalArgumentException naming the text and what was expected
   */
  static DeviceSpec parse(String text) {
    if (text.equals("cpu")) {
      return new Cpu();
    }
    Matcher gpu = Gpu.FORM.matcher(text);
    if (!gpu.matches()) {
      throw new IllegalArgumentException(
          "device: '" + text + "' (expected: cpu, or gpu:K with K from 0 to 999, such as gpu:0)");
    }
    return new Gpu(Integer.parseInt(gpu.group(1)));
  }
}
