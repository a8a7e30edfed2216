package io.dunlin.cli.boot;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Compares what must be equal in the whole cluster when a process joins. Pekko makes one by name on
 * either side and asks it twice: the member about the newcomer, then the newcomer about the
 * cluster. The member says yes, because its no would not say why; the newcomer looks, and tells
 * itself what differs.
 */
public final class JoinCheck extends JoinConfigCompatChecker {
  /** Grows when processes of one version cannot work with those of another. */
  static final int PROTOCOL_VERSION = 1;

  /** Names this process in its own configuration. */
  static final String PROCESS = "dunlin.cluster.process";

  static final String PROTOCOL = "dunlin.cluster.protocol-version";

  /** What must be equal, and how a person would call it. */
  private static final Map<String, String> KEYS =
      Map.of(
          "dunlin.cluster.name",
          "cluster name (--cluster-name)",
          PROTOCOL,
          "protocol version",
          "pekko.cluster.sharding.state-store-mode",
          "pekko.cluster.sharding.state-store-mode",
          "pekko.cluster.downing-provider-class",
          "pekko.cluster.downing-provider-class",
          "pekko.cluster.split-brain-resolver.active-strategy",
          "pekko.cluster.split-brain-resolver.active-strategy",
          "pekko.cluster.split-brain-resolver.stable-after",
          "pekko.cluster.split-brain-resolver.stable-after",
          "pekko.cluster.split-brain-resolver.down-all-when-unstable",
          "pekko.cluster.split-brain-resolver.down-all-when-unstable");

  /** Processes of this JVM that are joining, by the name in their configuration. */
  private static final Map<String, Consumer<String>> JOINING = new ConcurrentHashMap<>();

  /** Tells {@code refused} what differs, until {@link #joined}. */
  static void joining(String process, Consumer<String> refused) {
    JOINING.put(process, refused);
  }

  static void joined(String process) {
    JOINING.remove(process);
  }

  @Override
  public Seq<String> requiredKeys() {
    return CollectionConverters.asScala(KEYS.keySet().stream().sorted().toList()).toSeq();
  }

  @Override
  public ConfigValidation check(Config theirs, Config own) {
    Consumer<String> refused = JOINING.get(own.getString(PROCESS));
    if (refused == null) {
      return Valid$.MODULE$;
    }
    List<String> differences = differences(theirs, own);
    if (differences.isEmpty()) {
      return Valid$.MODULE$;
    }
    refused.accept(String.join("; ", differences));
    return new Invalid(CollectionConverters.asScala(differences).toSeq());
  }

  static List<String> differences(Config theirs, Config own) {
    List<String> differences = new ArrayList<>();
    KEYS.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              String here = own.getString(key);
              String there = theirs.hasPath(key) ? theirs.getString(key) : "nothing";
              if (!here.equals(there)) {
                differences.add(
                    KEYS.get(key) + " is '" + here + "' here and '" + there + "' there");
              }
            });
    return differences;
  }
}
