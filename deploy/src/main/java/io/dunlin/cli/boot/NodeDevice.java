package io.dunlin.cli.boot;

import io.dunlin.node.device.DeviceException;
import io.dunlin.node.device.DeviceInventory;
import io.dunlin.node.device.DeviceSpec;
import io.dunlin.node.host.HostCalls;
import io.dunlin.node.runtime.tensorflow.TensorFlowNative;
import io.dunlin.node.runtime.tensorflow.TensorFlowRuntime;
import io.dunlin.node.runtime.tensorflow.TensorFlowSettings;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A node process's device: found, and shown to TensorFlow as the only one there is.
 *
 * <p>The CUDA driver reads which GPUs it may see from the environment, and numbers them as {@code
 * nvidia-smi} does only when told to; so both variables are set before TensorFlow's library is
 * loaded. Where they cannot be set, TensorFlow is told the number itself. A CPU node sees no GPU,
 * so that it takes no memory from the node that has it.
 *
 * @param inventory to be closed with the process
 * @param runtime TensorFlow, told of this device
 */
record NodeDevice(DeviceInventory inventory, TensorFlowRuntime runtime) {
  /** For tests on machines without a GPU: models of a declared GPU node run on the CPU. */
  static final String SIMULATED = "dunlin.device.simulated";

  /**
   * @param poolSlice as in {@code dunlin.node.pool-slice}
   * @throws DeviceException when the device is not there, or TensorFlow cannot use it
   */
  static NodeDevice open(DeviceSpec spec, OptionalLong memoryBytes, Duration poolSlice)
      throws DeviceException, InterruptedException {
    String path = System.getenv("PATH");
    DeviceInventory inventory = DeviceInventory.open(spec, memoryBytes, path == null ? "" : path);
    boolean usable = false;
    try {
      TensorFlowSettings settings = show(spec);
      requireUsable(spec, settings);
      usable = true;
      return new NodeDevice(inventory, new TensorFlowRuntime(settings, poolSlice));
    } finally {
      if (!usable) {
        inventory.close();
      }
    }
  }

  private static TensorFlowSettings show(DeviceSpec spec) {
    return switch (spec) {
      case DeviceSpec.Cpu cpu -> new TensorFlowSettings(TensorFlowSettings.NO_DEVICES, true);
      case DeviceSpec.Gpu gpu -> {
        String number = Integer.toString(gpu.index());
        boolean shown =
            HostCalls.setEnvironment("CUDA_DEVICE_ORDER", "PCI_BUS_ID", true)
                && HostCalls.setEnvironment("CUDA_VISIBLE_DEVICES", number, true);
        yield new TensorFlowSettings(shown ? TensorFlowSettings.ALL_DEVICES : number, true);
      }
    };
  }

  private static void requireUsable(DeviceSpec spec, TensorFlowSettings settings)
      throws DeviceException {
    if (spec instanceof DeviceSpec.Gpu gpu
        && !Boolean.getBoolean(SIMULATED)
        && TensorFlowNative.devices(settings).stream()
            .noneMatch(device -> device.type().equals("GPU"))) {
      throw new DeviceException(
          "device: "
              + gpu
              + " cannot be used by TensorFlow "
              + TensorFlowNative.version()
              + " (expected: a build with mvn -Pgpu, and NVIDIA's driver and CUDA libraries)");
    }
  }
}
