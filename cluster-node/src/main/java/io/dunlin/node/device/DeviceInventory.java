package io.dunlin.node.device;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node has: its device, found once at the start, and how that device and the host are
 * doing now. A CPU node starts no child; a GPU node follows {@code nvidia-smi}. Thread-safe.
 */
public final class DeviceInventory implements AutoCloseable {
  /** How long a GPU node waits at its start for {@code nvidia-smi}'s first line. */
  public static final Duration DISCOVERY_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration FRESH_TIMEOUT = Duration.ofSeconds(4);

  private final OwnDevice own;
  private final Supplier<HostMemory> host;
  private final @Nullable NvidiaSmiStream stream;

  private DeviceInventory(
      OwnDevice own, Supplier<HostMemory> host, @Nullable NvidiaSmiStream stream) {
    this.own = own;
    this.host = host;
    this.stream = stream;
  }

  /**
   * Finds the device; blocks up to {@link #DISCOVERY_TIMEOUT} for a GPU that is not declared.
   *
   * @param declaredBytes {@code --device-memory}
   * @param path the folders to look for {@code nvidia-smi} in, as the PATH variable has them
   * @throws DeviceException when it is not there, or not as large as declared
   */
  public static DeviceInventory open(DeviceSpec spec, OptionalLong declaredBytes, String path)
      throws DeviceException, InterruptedException {
    return open(spec, declaredBytes, HostMemory::read, () -> NvidiaSmiStream.open(path));
  }

  static DeviceInventory open(
      DeviceSpec spec,
      OptionalLong declaredBytes,
      Supplier<HostMemory> host,
      Supplier<NvidiaSmiStream> streams)
      throws DeviceException, InterruptedException {
    return switch (spec) {
      case DeviceSpec.Cpu cpu -> {
        long maxHeapBytes = Runtime.getRuntime().maxMemory();
        OwnDevice own = OwnDevice.ofCpu(host.get(), declaredBytes, maxHeapBytes);
        yield new DeviceInventory(own, host, null);
      }
      case DeviceSpec.Gpu gpu -> openGpu(gpu, declaredBytes, host, streams.get());
    };
  }

  private static DeviceInventory openGpu(
      DeviceSpec.Gpu gpu,
      OptionalLong declaredBytes,
      Supplier<HostMemory> host,
      NvidiaSmiStream stream)
      throws DeviceException, InterruptedException {
    boolean found = false;
    try {
      Optional<GpuSample> seen = stream.await(gpu.index(), DISCOVERY_TIMEOUT);
      OwnDevice own = OwnDevice.ofGpu(gpu, seen, declaredBytes, stream.state());
      found = true;
      return new DeviceInventory(own, host, stream);
    } finally {
      if (!found) {
        stream.close();
      }
    }
  }

  public OwnDevice own() {
    return own;
  }

  /** The node's own GPU as it was seen last; empty on a CPU node. */
  public Optional<GpuSample> gpu() {
    if (stream == null || !(own.spec() instanceof DeviceSpec.Gpu gpu)) {
      return Optional.empty();
    }
    return stream.state().gpus().stream().filter(g -> g.index() == gpu.index()).findFirst();
  }

  /**
   * The node's own GPU as it is now, or as it was seen last where no sample comes soon; blocks for
   * about two sample periods.
   */
  public Optional<GpuSample> freshGpu() throws InterruptedException {
    return stream != null && own.spec() instanceof DeviceSpec.Gpu gpu
        ? stream.fresh(gpu.index(), FRESH_TIMEOUT)
        : Optional.empty();
  }

  /** How GPU discovery is doing; empty on a CPU node. */
  public Optional<NvidiaSmiStream.State> discovery() {
    return Optional.ofNullable(stream).map(NvidiaSmiStream::state);
  }

  public HostMemory host() {
    return host.get();
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}
