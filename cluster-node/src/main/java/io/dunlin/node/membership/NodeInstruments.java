package io.dunlin.node.membership;

import io.dunlin.node.capacity.LedgerSnapshot;
import io.dunlin.node.capacity.MemoryGauge;
import io.dunlin.node.capacity.MemoryLedger;
import io.dunlin.node.device.DeviceInventory;
import io.dunlin.node.device.DeviceSpec;
import io.dunlin.node.device.GpuSample;
import io.dunlin.node.device.OwnDevice;
import io.dunlin.node.host.NativeMemory;
import io.dunlin.node.reporting.NodeGauges;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What a node measures itself with: the ledger of its device, the gauge that loads are measured by,
 * and what it reports.
 *
 * <p>On a CPU node a model's memory is what the process's allocator has handed out. On a GPU node
 * it is memory in use on the GPU, as {@code nvidia-smi} sees it: TensorFlow's allocator takes it in
 * growing pieces and keeps it, so a model that fits into a piece taken earlier is seen as what its
 * runtime knows at least.
 */
final class NodeInstruments implements NodeGauges, MemoryGauge {
  /** Model versions whose measurements are kept. */
  private static final int REMEMBERED_VERSIONS = 1024;

  private final DeviceInventory devices;
  private final MemoryLedger ledger;
  private final LongSupplier nanoClock;

  NodeInstruments(DeviceInventory devices, LongSupplier nanoClock) {
    this.devices = devices;
    this.nanoClock = nanoClock;
    OwnDevice own = devices.own();
    this.ledger =
        switch (own.spec()) {
          case DeviceSpec.Cpu cpu -> MemoryLedger.ofCpu(own.memoryBytes(), REMEMBERED_VERSIONS);
          case DeviceSpec.Gpu gpu ->
              MemoryLedger.ofGpu(
                  gpu.toString(),
                  own.memoryBytes(),
                  devices.host().modelBytes(Runtime.getRuntime().maxMemory()),
                  REMEMBERED_VERSIONS);
        };
  }

  MemoryLedger memoryLedger() {
    return ledger;
  }

  @Override
  public LedgerSnapshot ledger() {
    return ledger.snapshot();
  }

  @Override
  public double deviceBusy() {
    OptionalInt percent =
        devices.gpu().map(GpuSample::utilizationPercent).orElse(OptionalInt.empty());
    return percent.orElse(0) / 100.0;
  }

  @Override
  public int processors() {
    return devices.host().processors();
  }

  @Override
  public long nanoTime() {
    return nanoClock.getAsLong();
  }

  @Override
  public Reading read() {
    return switch (devices.own().spec()) {
      case DeviceSpec.Cpu cpu -> new Reading(NativeMemory.bytes(), 0);
      case DeviceSpec.Gpu gpu -> new Reading(usedGpuBytes(), NativeMemory.bytes());
    };
  }

  private long usedGpuBytes() {
    try {
      Optional<OptionalLong> used = devices.freshGpu().map(GpuSample::usedBytes);
      return used.orElse(OptionalLong.empty()).orElse(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
