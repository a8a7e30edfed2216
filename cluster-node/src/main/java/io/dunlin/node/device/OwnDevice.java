package io.dunlin.node.device;

import io.dunlin.shared.model.ByteSize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The device of this node.
 *
 * @param spec which
 * @param name what the hardware calls itself
 * @param memoryBytes memory that replicas may use
 * @param source where that number comes from
 */
public record OwnDevice(DeviceSpec spec, String name, long memoryBytes, Source source) {

  /** Where the memory's size comes from. */
  public enum Source {
    DISCOVERED,
    DECLARED
  }

  /**
   * A CPU node's device.
   *
   * @throws DeviceException when more is declared than the host has
   */
  static OwnDevice ofCpu(HostMemory host, OptionalLong declaredBytes, long maxHeapBytes)
      throws DeviceException {
    DeviceSpec spec = new DeviceSpec.Cpu();
    String name = host.processors() + (host.processors() == 1 ? " processor" : " processors");
    if (declaredBytes.isEmpty()) {
      return new OwnDevice(spec, name, host.modelBytes(maxHeapBytes), Source.DISCOVERED);
    }
    requireAtMost(declaredBytes.getAsLong(), host.totalBytes(), "the host");
    return new OwnDevice(spec, name, declaredBytes.getAsLong(), Source.DECLARED);
  }

  /**
   * A GPU node's device: declared bytes limit what discovery saw, and stand in for what it cannot
   * see.
   *
   * @param seen the GPU, when {@code nvidia-smi} lists it
   * @param state what else it said, for the error
   * @throws DeviceException when the memory is neither seen nor declared, or less than declared
   */
  static OwnDevice ofGpu(
      DeviceSpec.Gpu spec,
      Optional<GpuSample> seen,
      OptionalLong declaredBytes,
      NvidiaSmiStream.State state)
      throws DeviceException {
    String name = seen.map(GpuSample::name).orElse("declared");
    OptionalLong total = seen.map(GpuSample::totalBytes).orElse(OptionalLong.empty());
    if (declaredBytes.isPresent()) {
      if (total.isPresent()) {
        requireAtMost(declaredBytes.getAsLong(), total.getAsLong(), spec + " (" + name + ")");
      }
      return new OwnDevice(spec, name, declaredBytes.getAsLong(), Source.DECLARED);
    }
    if (total.isPresent()) {
      return new OwnDevice(spec, name, total.getAsLong(), Source.DISCOVERED);
    }
    throw new DeviceException(
        "device: "
            + spec
            + " "
            + (seen.isPresent() ? "(" + name + ") does not say its memory" : missing(state))
            + " (expected: a GPU that nvidia-smi lists with its memory, or --device-memory SIZE)");
  }

  private static String missing(NvidiaSmiStream.State state) {
    if (state.status() == NvidiaSmiStream.Status.ABSENT) {
      return "cannot be looked for: there is no nvidia-smi";
    }
    if (state.gpus().isEmpty()) {
      String trouble = state.trouble().isEmpty() ? "it has not answered" : state.trouble();
      return "was not found by nvidia-smi: " + trouble;
    }
    List<String> others =
        state.gpus().stream().map(gpu -> new DeviceSpec.Gpu(gpu.index()).toString()).toList();
    return "is not there; nvidia-smi lists " + String.join(", ", others);
  }

  private static void requireAtMost(long declared, long there, String what) throws DeviceException {
    if (declared > there) {
      throw new DeviceException(
          "device-memory: "
              + ByteSize.format(declared)
              + " (expected: at most the "
              + ByteSize.format(there)
              + " of "
              + what
              + ")");
    }
  }
}
