package io.dunlin.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.device.NvidiaSmiParser.Line;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSmiParserTest {
  private static final String UUID = "GPU-3d4b1a52-9f0e-7c11-2f6a-5f0d6f1c9e01";
  private static final long MIB = 1L << 20;

  private record Row(String line, String name, long total, long used, int percent) {}

  static Stream<Row> samples() {
    return Stream.of(
        new Row(
            "0, {uuid}, NVIDIA H100 80GB HBM3, 81559, 4, 0", "NVIDIA H100 80GB HBM3", 81559, 4, 0),
        new Row("0,{uuid},Tesla T4,15360,14001,100\r", "Tesla T4", 15360, 14001, 100),
        new Row(
            "0, {uuid}, Tesla V100-SXM2-16GB, 16160 MiB, 300 MiB, 37 %",
            "Tesla V100-SXM2-16GB", 16160, 300, 37),
        // With MIG the whole GPU says no utilization.
        new Row(
            "0, {uuid}, NVIDIA A100-SXM4-80GB, 81920, 36537, [N/A]",
            "NVIDIA A100-SXM4-80GB",
            81920,
            36537,
            -1),
        // Unified memory: the GPU has none of its own.
        new Row("0, {uuid}, NVIDIA GB10, [N/A], [N/A], 12", "NVIDIA GB10", -1, -1, 12),
        new Row(
            "0, {uuid}, GeForce GT 710, 2002, 310, [Not Supported]",
            "GeForce GT 710",
            2002,
            310,
            -1),
        new Row("0, {uuid}, Quadro K620, 1999, [Unknown Error], ERR!", "Quadro K620", 1999, -1, -1),
        new Row(
            "0, {uuid}, NVIDIA L4, [GPU requires reset], [GPU requires reset], [GPU requires reset]",
            "NVIDIA L4",
            -1,
            -1,
            -1),
        new Row("0, {uuid}, Graphics, Device, 100, 1, 2", "Graphics, Device", 100, 1, 2));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void readsASample(Row row) {
    assertThat(NvidiaSmiParser.parse(row.line().replace("{uuid}", UUID)))
        .isEqualTo(
            new Line.Sample(
                new GpuSample(
                    0,
                    UUID,
                    row.name(),
                    bytes(row.total()),
                    bytes(row.used()),
                    row.percent() < 0 ? OptionalInt.empty() : OptionalInt.of(row.percent()))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure"
            + " that the latest NVIDIA driver is installed and running.",
        "No devices were found",
        "Failed to initialize NVML: Driver/library version mismatch",
        "Failed to initialize NVML: Insufficient Permissions",
        "Unable to determine the device handle for GPU0000:01:00.0: Unknown Error",
        "Unable to determine the device handle for GPU 0000:17:00.0: GPU is lost.  Reboot the"
            + " system to recover this GPU",
        "Field \"utilization.gpu\" is not a valid field to query.",
        "index, uuid, name, memory.total [MiB], memory.used [MiB], utilization.gpu [%]",
        "0, GPU-1, name, 1, 2",
        "[N/A], GPU-1, name, 1, 2, 3",
        "1000, GPU-1, name, 1, 2, 3"
      })
  void whatIsNoSampleIsTroubleInItsOwnWords(String line) {
    assertThat(NvidiaSmiParser.parse("  " + line + "\r")).isEqualTo(new Line.Trouble(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r", "\t\r"})
  void emptyLinesMeanNothing(String line) {
    assertThat(NvidiaSmiParser.parse(line)).isEqualTo(new Line.Blank());
  }

  @Test
  void noLineMakesItFail() {
    Random random = new Random(11);
    String alphabet = "0123456789,,,, [N/A]%MiBGPU-\u00e9";
    for (int i = 0; i < 5000; i++) {
      StringBuilder line = new StringBuilder();
      for (int j = random.nextInt(60); j > 0; j--) {
        line.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(NvidiaSmiParser.parse(line.toString())).isNotNull();
    }
  }

  private static OptionalLong bytes(long mebibytes) {
    return mebibytes < 0 ? OptionalLong.empty() : OptionalLong.of(mebibytes * MIB);
  }
}
