package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.cli.boot.ProcessSettings.Role;
import io.dunlin.node.device.HostMemory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each process of a local cluster is told. */
class ClusterPlanTest {
  private static final Set<Role> BOTH = EnumSet.of(Role.GATEWAY, Role.NODE);

  @Test
  void aLocalClusterGivesEachProcessPortsOfItsOwn() {
    ClusterPlan plan =
        new ClusterPlan(
            ServeOptions.from(BOTH, ConfigFactory.load()), 2, new MemoryShares(1, 6L << 30));
    assertThat(plan.names()).containsExactly("node-1", "node-2", "gateway");
    assertThat(plan.ports())
        .extracting(Ports.Use::port)
        .containsExactly(8501, 8502, 17355, 17357, 17358, 17359, 17360);
    assertThat(plan.arguments("node-1"))
        .startsWith("node")
        .containsSubsequence("--device", "cpu", "--device-memory", (6L << 30) + "B")
        .containsSubsequence("--cluster-port", "17357");
    assertThat(plan.arguments("gateway"))
        .startsWith("gateway")
        .containsSubsequence("--http-port", "8501")
        .containsSubsequence("--node-id", "gateway");
  }

  @Test
  void everyProcessOfALocalClusterHasTheSameOddNumberOfSeeds() {
    ServeOptions options = ServeOptions.from(BOTH, ConfigFactory.load());
    MemoryShares shares = new MemoryShares(1, 6L << 30);
    ClusterPlan two = new ClusterPlan(options, 2, shares);
    ClusterPlan three = new ClusterPlan(options, 3, shares);
    assertThat(two.names())
        .allSatisfy(
            name ->
                assertThat(two.arguments(name))
                    .containsSubsequence(
                        "--seed", "127.0.0.1:17357,127.0.0.1:17359,127.0.0.1:17355"));
    assertThat(three.names())
        .allSatisfy(
            name ->
                assertThat(three.arguments(name))
                    .containsSubsequence(
                        "--seed", "127.0.0.1:17357,127.0.0.1:17359,127.0.0.1:17361"));
  }

  @Test
  void eachNodeOfALocalClusterHasAGpuOfItsOwn() {
    Config config =
        ConfigFactory.parseMap(Map.of("dunlin.device", "gpu:2")).withFallback(ConfigFactory.load());
    ClusterPlan plan =
        new ClusterPlan(ServeOptions.from(BOTH, config), 2, new MemoryShares(1, 6L << 30));
    assertThat(plan.arguments("node-1"))
        .containsSubsequence("--device", "gpu:2")
        .doesNotContain("--device-memory");
    assertThat(plan.arguments("node-2")).containsSubsequence("--device", "gpu:3");
  }

  @Test
  void theProcessesOfALocalClusterShareTheMachinesMemory() {
    MemoryShares shares = MemoryShares.of(new HostMemory(40L << 30, 30L << 30, 4), 3);
    assertThat(shares.heapBytes()).isEqualTo((40L << 30) / 4 / 4);
    assertThat(shares.modelBytes() * 3 + shares.heapBytes() * 4).isBetween(35L << 30, 36L << 30);
  }
}
