package io.dunlin.node.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSpecTest {
  @Test
  void readsACpuAndAGpu() {
    assertThat(DeviceSpec.parse("cpu")).isEqualTo(new DeviceSpec.Cpu()).hasToString("cpu");
    assertThat(DeviceSpec.parse("gpu:0")).isEqualTo(new DeviceSpec.Gpu(0)).hasToString("gpu:0");
    assertThat(DeviceSpec.parse("gpu:999")).isEqualTo(new DeviceSpec.Gpu(999));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CPU", "gpu", "gpu:", "gpu:-1", "gpu:01", "gpu:1000", "gpu:0,1", "0"})
  void refusesEverythingElseByName(String text) {
    assertThatThrownBy(() -> DeviceSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device: '" + text + "' (expected: cpu, or gpu:K with K from 0 to 999, such as gpu:0)");
  }
}
