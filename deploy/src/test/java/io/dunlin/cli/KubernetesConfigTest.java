package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.dunlin.cli.boot.ProcessSettings;
import io.dunlin.cli.boot.ProcessSettings.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The configuration for Kubernetes is one that a process takes. */
class KubernetesConfigTest {
  private static Config config(Map<String, String> pod) {
    return file().resolveWith(ConfigFactory.parseMap(pod)).withFallback(ConfigFactory.load());
  }

  private static Config file() {
    return ConfigFactory.parseFile(
        Path.of("src/main/distribution/conf/kubernetes.conf").toFile(),
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  @Test
  void aPodsAddressAndNameAreThoseOfItsProcessAndThreePodsAreSeeds() {
    Config config = config(Map.of("POD_IP", "10.1.2.3", "POD_NAME", "dunlin-node-1"));
    ProcessSettings settings = ServeOptions.from(EnumSet.of(Role.NODE), config).settings("1");
    assertThat(settings.bind()).isEqualTo("10.1.2.3");
    assertThat(settings.nodeId()).isEqualTo("dunlin-node-1");
    assertThat(settings.seeds())
        .containsExactly(
            "dunlin-node-0.dunlin:17355",
            "dunlin-node-1.dunlin:17355",
            "dunlin-node-2.dunlin:17355");
    assertThat(config.getDuration("dunlin.cluster.join-timeout")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void everyKeyInItIsAKeyOfDunlins() {
    Config reference = ConfigFactory.parseResources("reference.conf");
    Config own = file().resolveWith(ConfigFactory.parseMap(Map.of("POD_IP", "x", "POD_NAME", "y")));
    assertThat(own.entrySet())
        .allSatisfy(
            entry -> assertThat(reference.hasPath(entry.getKey())).as(entry.getKey()).isTrue());
  }
}
