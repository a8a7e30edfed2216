package io.dunlin.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.protocol.frame.socket.FrameChannelSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransportSettingsTest {
  @Test
  void defaultsAreThoseOfTheDocumentation() {
    assertThat(Gateway.settings(""))
        .isEqualTo(
            new TransportSettings(
                1 << 26,
                1 << 28,
                4,
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                true,
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
    TransportSettings settings =
        Gateway.settings(
            """
            max-payload-bytes = 1000
            max-waiting-bytes = 5000000
            max-open-streams = 7
            connect-timeout = 2s
            backoff-min = 3ms
            backoff-max = 4ms
            connect-eagerly = off
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
            new TransportSettings(
                1000,
                5_000_000,
                7,
                Duration.ofSeconds(2),
                Duration.ofMillis(3),
                Duration.ofMillis(4),
                false,
                5,
                6,
                new FrameChannelSettings(
                    777,
                    8888,
                    Duration.ofSeconds(9),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(11)),
                null));
    assertThat(ConfigFactory.load().getConfig(TransportSettings.PATH).entrySet()).hasSize(14);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    refuses(
        "max-waiting-bytes = 1 MiB",
        "dunlin.gateway.transport.max-waiting-bytes: 1048576"
            + " (expected: 136316928..4611686018427387903)");
    refuses("event-loops = 0", "dunlin.gateway.transport.event-loops: 0 (expected: 1..64)");
    refuses("backoff-max = 1ms", "dunlin.gateway.transport.backoff-max: 1 (expected: 50..600000)");
    refuses(
        "silence-limit = 1s",
        "dunlin.gateway.transport.silence-limit: 1000 (expected: 1001..3600000)");
    refuses("chunk-bytes = 1", "dunlin.gateway.transport.chunk-bytes: 1 (expected: 256..16777216)");
    refuses("max-payload-bytes = 2 GiB", "dunlin.gateway.transport: integer overflow");
  }

  private static void refuses(String override, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gateway.settings(override))
        .withMessage(message);
  }
}
