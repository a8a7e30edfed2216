package io.dunlin.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.device.NvidiaSmiStream.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stream with real children: shell scripts in the place of {@code nvidia-smi}. */
@Timeout(60)
class NvidiaSmiProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void theChildIsAskedToStreamAndEndsWithTheStream() throws Exception {
    // It says its own process id and its arguments, and then goes on like the real one.
    script("echo \"0, $$, $*, 100, 1, 2\"", "exec sleep 300");
    NvidiaSmiStream stream = NvidiaSmiStream.open(folder.toString());
    GpuSample sample = stream.await(0, LONG).orElseThrow();

    assertThat(sample.name())
        .isEqualTo(
            "--query-gpu=index, uuid, name, memory.total, memory.used, utilization.gpu"
                + " --format=csv, noheader, nounits -lms 1000");
    ProcessHandle child = ProcessHandle.of(Long.parseLong(sample.uuid())).orElseThrow();
    stream.close();
    child.onExit().get(30, TimeUnit.SECONDS);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void whatItSaysOnStandardErrorIsHeard() throws Exception {
    script("echo 'Failed to initialize NVML: Unknown Error' >&2", "exit 255");
    try (NvidiaSmiStream stream = NvidiaSmiStream.open(folder.toString())) {
      assertThat(stream.await(0, LONG)).isEmpty();
      assertThat(stream.state().status()).isEqualTo(Status.FAILING);
      assertThat(stream.state().trouble()).contains("Failed to initialize NVML: Unknown Error");
    }
  }

  @Test
  void onlyAnExecutableIsFound() throws IOException {
    Path file = folder.resolve("nvidia-smi");
    Files.writeString(file, "not executable");

    assertThat(SmiProcess.find("nvidia-smi", folder + ":" + folder.resolve("none"))).isEmpty();
    assertThat(file.toFile().setExecutable(true)).isTrue();
    assertThat(SmiProcess.find("nvidia-smi", folder.resolve("none") + ":" + folder))
        .isEqualTo(Optional.of(file));
  }

  private void script(String... lines) throws IOException {
    Path file = folder.resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
