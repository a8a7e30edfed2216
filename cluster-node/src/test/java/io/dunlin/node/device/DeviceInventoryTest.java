package io.dunlin.node.device;

import static io.dunlin.node.device.FakeSmi.ends;
import static io.dunlin.node.device.FakeSmi.goesOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.device.OwnDevice.Source;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeviceInventoryTest {
  private static final long GIB = 1L << 30;
  private static final HostMemory HOST = new HostMemory(20 * GIB, 9 * GIB, 2);
  private static final String L4 = "0, GPU-a, NVIDIA L4, 23034, 1, 5";
  private static final String GB10 = "0, GPU-a, NVIDIA GB10, [N/A], [N/A], 5";

  @Test
  void aCpuNodeHasWhatTheHeapAndTheRestLeave() throws Exception {
    OwnDevice own = OwnDevice.ofCpu(HOST, OptionalLong.empty(), 2 * GIB);

    assertThat(own)
        .isEqualTo(
            new OwnDevice(new DeviceSpec.Cpu(), "2 processors", 16 * GIB, Source.DISCOVERED));
    assertThat(HOST.modelBytes(30 * GIB)).isZero();
  }

  @Test
  void aCpuNodeMayDeclareLessButNotMoreThanTheHostHas() throws Exception {
    assertThat(OwnDevice.ofCpu(HOST, OptionalLong.of(20 * GIB), GIB).memoryBytes())
        .isEqualTo(20 * GIB);
    assertThatThrownBy(() -> OwnDevice.ofCpu(HOST, OptionalLong.of(20 * GIB + GIB), GIB))
        .isInstanceOf(DeviceException.class)
        .hasMessage("device-memory: 21 GiB (expected: at most the 20 GiB of the host)");
  }

  @Test
  void aGpuNodeHasWhatNvidiaSmiSays() throws Exception {
    try (DeviceInventory inventory = gpu("gpu:0", OptionalLong.empty(), FakeSmi.of(goesOn(L4)))) {
      assertThat(inventory.own())
          .isEqualTo(
              new OwnDevice(new DeviceSpec.Gpu(0), "NVIDIA L4", 23034L << 20, Source.DISCOVERED));
      assertThat(inventory.gpu()).map(GpuSample::uuid).contains("GPU-a");
      assertThat(inventory.discovery())
          .map(NvidiaSmiStream.State::status)
          .contains(NvidiaSmiStream.Status.STREAMING);
      assertThat(inventory.host()).isEqualTo(HOST);
    }
  }

  @Test
  void declaredMemoryLimitsWhatWasDiscovered() throws Exception {
    FakeSmi smi = FakeSmi.of(goesOn(L4), goesOn(L4));
    try (DeviceInventory inventory = gpu("gpu:0", OptionalLong.of(GIB), smi)) {
      assertThat(inventory.own())
          .isEqualTo(new OwnDevice(new DeviceSpec.Gpu(0), "NVIDIA L4", GIB, Source.DECLARED));
    }
    assertThatThrownBy(() -> gpu("gpu:0", OptionalLong.of(30 * GIB), smi))
        .hasMessage("device-memory: 30 GiB (expected: at most the 22.5 GiB of gpu:0 (NVIDIA L4))");
  }

  @Test
  void declaredMemoryStandsInForWhatCannotBeSeen() throws Exception {
    try (DeviceInventory unseen = gpu("gpu:0", OptionalLong.of(GIB), null)) {
      assertThat(unseen.own())
          .isEqualTo(new OwnDevice(new DeviceSpec.Gpu(0), "declared", GIB, Source.DECLARED));
      assertThat(unseen.gpu()).isEmpty();
    }
    FakeSmi unified = FakeSmi.of(goesOn(GB10));
    try (DeviceInventory silent = gpu("gpu:0", OptionalLong.of(64 * GIB), unified)) {
      assertThat(silent.own().memoryBytes()).isEqualTo(64 * GIB);
    }
  }

  @Test
  void aGpuThatIsNeitherSeenNorDeclaredIsNamed() {
    String expected = " (expected: a GPU that nvidia-smi lists with its memory, or --device-memory";
    assertThatThrownBy(() -> gpu("gpu:0", OptionalLong.empty(), null))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "device: gpu:0 cannot be looked for: there is no nvidia-smi" + expected + " SIZE)");
    assertThatThrownBy(() -> gpu("gpu:1", OptionalLong.empty(), FakeSmi.of(goesOn(L4, L4))))
        .hasMessageStartingWith("device: gpu:1 is not there; nvidia-smi lists gpu:0" + expected);
    assertThatThrownBy(() -> gpu("gpu:0", OptionalLong.empty(), FakeSmi.of(goesOn(GB10))))
        .hasMessageStartingWith("device: gpu:0 (NVIDIA GB10) does not say its memory" + expected);
    FakeSmi broken = FakeSmi.of(ends(6, "No devices were found"));
    assertThatThrownBy(() -> gpu("gpu:0", OptionalLong.empty(), broken))
        .hasMessageStartingWith("device: gpu:0 was not found by nvidia-smi: ")
        .hasMessageContaining("No devices were found");
  }

  @Test
  void aNodeThatFindsNoDeviceLeavesNoChildBehind() {
    FakeSmi.Child child = goesOn(L4, L4);
    assertThatThrownBy(() -> gpu("gpu:3", OptionalLong.empty(), FakeSmi.of(child)))
        .isInstanceOf(DeviceException.class);
    assertThat(child.isEnded()).isTrue();
  }

  @Test
  void aCpuNodeStartsNoChild() throws Exception {
    try (DeviceInventory inventory =
        DeviceInventory.open(
            new DeviceSpec.Cpu(),
            OptionalLong.of(GIB),
            () -> HOST,
            () -> {
              throw new AssertionError("started");
            })) {
      assertThat(inventory.own().source()).isEqualTo(Source.DECLARED);
      assertThat(inventory.gpu()).isEmpty();
      assertThat(inventory.discovery()).isEmpty();
    }
  }

  @Test
  void thisHostHasMemoryAndProcessors() {
    HostMemory host = HostMemory.read();

    assertThat(host.totalBytes()).isPositive();
    assertThat(host.freeBytes()).isBetween(0L, host.totalBytes());
    assertThat(host.processors()).isPositive();
  }

  private static DeviceInventory gpu(String spec, OptionalLong declaredBytes, @Nullable FakeSmi smi)
      throws Exception {
    return DeviceInventory.open(
        DeviceSpec.parse(spec),
        declaredBytes,
        () -> HOST,
        () -> NvidiaSmiStream.open(smi, wait -> false, () -> 0));
  }
}
