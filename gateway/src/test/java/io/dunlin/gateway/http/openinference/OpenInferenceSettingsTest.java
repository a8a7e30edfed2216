package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class OpenInferenceSettingsTest {
  @Test
  void defaultsAreThese() {
    assertThat(OpenInferenceSettings.of("1.2.3"))
        .isEqualTo(new OpenInferenceSettings("dunlin", "1.2.3", 64 << 20, 512 << 20));
  }

  @Test
  void theReferenceConfigurationHoldsTheDefaults() {
    var config = ConfigFactory.defaultReference().getConfig("dunlin.gateway.openinference");
    assertThat(OpenInferenceSettings.from(config, "1.2.3"))
        .isEqualTo(OpenInferenceSettings.of("1.2.3"));
  }

  @Test
  void everyKeyIsRead() {
    var config =
        ConfigFactory.parseString(
            """
            server-name = "triton"
            max-tensor-bytes = 8 MiB
            max-response-bytes = 9 MiB
            """);
    assertThat(OpenInferenceSettings.from(config, "1.2.3"))
        .isEqualTo(new OpenInferenceSettings("triton", "1.2.3", 8 << 20, 9 << 20));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OpenInferenceSettings(" ", "1", 1, 1))
        .withMessage("server-name: ' ' (expected: not blank)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OpenInferenceSettings("a", "1", 0, 1))
        .withMessage("max-tensor-bytes: 0 (expected: 1..2147483647)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OpenInferenceSettings("a", "1", 1, -1))
        .withMessage("max-response-bytes: -1 (expected: 1..2147483647)");
    var config = ConfigFactory.parseString("server-name = a\nmax-tensor-bytes = 2 GiB\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenInferenceSettings.from(config, "1"))
        .withMessage("max-tensor-bytes: 2147483648 (expected: 1..2147483647)");
  }
}
