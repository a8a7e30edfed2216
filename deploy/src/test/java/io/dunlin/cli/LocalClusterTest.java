package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.cli.boot.ProcessSettings.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The supervisor, with shells for children. */
@Timeout(30)
class LocalClusterTest {
  /**
   * A child as {@link StopSignals} makes them: asked once it takes its time and ends with 0, asked
   * again meanwhile it ends at once with 143.
   */
  private static final String CHILD =
      "asked=0; trap 'asked=$((asked+1))' TERM; echo dunlin ready; "
          + "while [ $asked = 0 ]; do sleep 0.02; done; "
          + "left=%d; while [ $left -gt 0 ]; do sleep 0.02; left=$((left-1)); done; "
          + "[ $asked = 1 ] && exit 0; exit 143";

  private final Shell shell = new Shell();

  @Test
  void everyProcessIsAskedToEndOnlyOnce() {
    ClusterPlan plan =
        new ClusterPlan(
            ServeOptions.from(EnumSet.of(Role.GATEWAY, Role.NODE), ConfigFactory.load()),
            3,
            new MemoryShares(1, 6L << 30));
    LocalCluster cluster =
        new LocalCluster(
            shell.terminal(),
            plan,
            arguments ->
                List.of("sh", "-c", CHILD.formatted(arguments.contains("node-3") ? 25 : 1)));
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(cluster::supervise);
    while (shell.out().lines().noneMatch(line -> line.startsWith("dunlin ready"))) {
      Thread.onSpinWait();
    }
    cluster.stop();
    assertThat(status.join()).as(shell.err()).isZero();
    assertThat(shell.err()).isEmpty();
  }
}
