package io.dunlin.loadtest.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DistributionFlagsTest {
  private static final Path HOME =
      Path.of(System.getProperty("dunlin.examples", "examples")).resolve("..");

  @Test
  void everyFlagIsOneTheLauncherUsesForServers() throws Exception {
    String script = Files.readString(DistributionFlags.scripts(HOME).resolve("bin/dunlin"));
    assertThat(DistributionFlags.in(HOME))
        .allSatisfy(flag -> assertThat(script).contains(flag.split("=/", 2)[0]));
  }

  @Test
  void theLogIsSetUpAsTheDistributionDoesIt() {
    assertThat(DistributionFlags.scripts(HOME).resolve("conf/logback.xml")).exists();
  }
}
