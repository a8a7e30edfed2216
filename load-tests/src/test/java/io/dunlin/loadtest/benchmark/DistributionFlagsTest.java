package io.dunlin.loadtest.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DistributionFlagsTest {
  private static final Path HOME =
      Path.of(System.getProperty("dunlin.examples", "examples")).resolve("..");

  @Test
  void everyFlagIsOneServersRunWith() throws Exception {
    String script = Files.readString(DistributionFlags.scripts(HOME).resolve("bin/dunlin"));
    String manifest = Files.readString(HOME.resolve("deploy/pom.xml"));
    assertThat(DistributionFlags.in(HOME))
        .allSatisfy(
            flag -> {
              if (flag.startsWith("--add-opens=")) {
                assertThat(manifest).contains("<Add-Opens>").contains(opened(flag));
              } else if (flag.startsWith("--enable-native-access")) {
                assertThat(manifest).contains("<Enable-Native-Access>");
              } else {
                assertThat(script).contains(flag.split("=/", 2)[0]);
              }
            });
  }

  /** {@code --add-opens=module/package=target} opens {@code module/package}. */
  private static String opened(String flag) {
    return flag.substring("--add-opens=".length(), flag.lastIndexOf('='));
  }

  @Test
  void theLogIsSetUpAsTheDistributionDoesIt() {
    assertThat(DistributionFlags.scripts(HOME).resolve("conf/logback.xml")).exists();
  }
}
