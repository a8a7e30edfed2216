package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.ConfigProto;

class TensorFlowSettingsTest {
  @Test
  void leavesTheChoiceOfDevicesToTensorFlowByDefault() {
    ConfigProto config = SessionConfig.config(TensorFlowSettings.DEFAULT, 3);
    assertThat(config.getGpuOptions().getVisibleDeviceList()).isEmpty();
    assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
    assertThat(config.getDeviceCountMap()).isEmpty();
    assertThat(config.getIntraOpParallelismThreads()).isEqualTo(3);
    assertThat(config.getAllowSoftPlacement()).isTrue();
  }

  @Test
  void showsTheDevicesNamed() {
    ConfigProto config = SessionConfig.config(new TensorFlowSettings("0,2", false), 0);
    assertThat(config.getGpuOptions().getVisibleDeviceList()).isEqualTo("0,2");
    assertThat(config.getGpuOptions().getAllowGrowth()).isFalse();
  }

  @Test
  void hidesEveryGpuForNone() {
    ConfigProto config =
        SessionConfig.config(new TensorFlowSettings(TensorFlowSettings.NO_DEVICES, true), 0);
    assertThat(config.getDeviceCountMap()).containsEntry("GPU", 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu:0", "-1", "0,", "0, 1", "99999"})
  void refusesOtherTexts(String devices) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorFlowSettings(devices, true))
        .withMessage(
            "visibleDevices: '%s' (expected: all, none, or GPU numbers as in 0 or 0,2)", devices);
  }
}
