package io.dunlin.node.dataport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.protocol.frame.socket.FrameChannelSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DataPortSettingsTest {
  @Test
  void defaultsAreThoseOfTheDocumentation() {
    assertThat(DataPortServerTest.settings(""))
        .isEqualTo(
            new DataPortSettings(
                "127.0.0.1",
                0,
                1 << 26,
                1 << 29,
                1 << 28,
                4,
                Duration.ofSeconds(30),
                1,
                0,
                new FrameChannelSettings(
                    1 << 16,
                    1 << 18,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10)),
                null));
  }

  @Test
  void everyKeyIsRead() {
    DataPortSettings settings =
        DataPortServerTest.settings(
            """
            bind = "0.0.0.0"
            port = 17400
            max-payload-bytes = 1000
            budget-bytes = 5000000
            max-reply-bytes = 2000
            max-open-streams = 7
            drain-timeout = 2s
            event-loops = 5
            socket-buffer-bytes = 6
            chunk-bytes = 777
            write-buffer-bytes = 8888
            ping-after = 9s
            silence-limit = 10s
            stall-limit = 11s
            """);
    assertThat(settings)
        .isEqualTo(
            new DataPortSettings(
                "0.0.0.0",
                17400,
                1000,
                5_000_000,
                2000,
                7,
                Duration.ofSeconds(2),
                5,
                6,
                new FrameChannelSettings(
                    777,
                    8888,
                    Duration.ofSeconds(9),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(11)),
                null));
    assertThat(ConfigFactory.load().getConfig(DataPortSettings.PATH).entrySet()).hasSize(14);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    refuses("port = 70000", "dunlin.node.data-port.port: 70000 (expected: 0..65535)");
    refuses("bind = \"\"", "dunlin.node.data-port.bind: '' (expected: a host name or address)");
    refuses(
        "budget-bytes = 100 MiB",
        "dunlin.node.data-port.budget-bytes: 104857600"
            + " (expected: 136316928..4611686018427387903)");
    refuses("stall-limit = 0s", "dunlin.node.data-port.stall-limit: 0 (expected: 1..3600000)");
  }

  private static void refuses(String override, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataPortServerTest.settings(override))
        .withMessage(message);
  }
}
