package io.dunlin.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} names every metric there is, and none that is not. */
class MetricNamesTest {
  /** A name as the code writes it; those of replicas are put together from two parts. */
  private static final Pattern IN_CODE = Pattern.compile("\"(dunlin_[a-z_]+[a-z])\"");

  private static final Pattern REPLICA_COUNTER =
      Pattern.compile("replicaCounter\\(\\s*\"([a-z_]+)\"");

  private static final Pattern IN_TABLE = Pattern.compile("`(dunlin_[a-z_]+)`");

  @Test
  void everyMetricIsDocumentedAndNothingElse() throws IOException {
    assertThat(documented()).isEqualTo(registered());
  }

  private static Set<String> registered() throws IOException {
    Set<String> names = new TreeSet<>();
    Path folder =
        Path.of("src", "main", "java", GatewayMetrics.class.getPackageName().replace('.', '/'));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String code = Files.readString(file);
        addAll(IN_CODE.matcher(code), "", "", names);
        addAll(REPLICA_COUNTER.matcher(code), "dunlin_replica_", "_total", names);
      }
    }
    return names;
  }

  private static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>();
    String text = Files.readString(Path.of("..", "docs", "metrics.md"));
    for (String line : text.lines().filter(each -> each.startsWith("| `dunlin_")).toList()) {
      addAll(IN_TABLE.matcher(line.split("\\|")[1]), "", "", names);
    }
    return names;
  }

  private static void addAll(Matcher names, String before, String after, Set<String> to) {
    while (names.find()) {
      to.add(before + names.group(1) + after);
    }
  }
}
