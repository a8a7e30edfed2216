package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Declares a model, or declares it anew; the cluster does the rest. */
@Command(
    name = "deploy",
    description = "Deploys a model, or changes how it is deployed, and waits until it serves.",
    footer = {
      "",
      "Examples:",
      "  dunlin deploy churn --source /srv/models/churn",
      "  dunlin deploy churn --source /srv/models/churn --replicas 3 --device gpu",
      "  dunlin deploy churn --source /srv/models/churn --replicas 2..6 --version-policy latest:2"
    })
final class DeployCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();
  @Mixin private final RevisionOption revision = new RevisionOption();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Option(
      names = "--source",
      required = true,
      paramLabel = "DIR",
      description = "Folder with the versions: DIR/<version>/saved_model.pb, seen by every node.")
  private Path source = Path.of("");

  @Option(
      names = "--replicas",
      paramLabel = "N|MIN..MAX",
      description = "How many replicas; of a range, the least are kept (default: 1).")
  private @Nullable String replicas;

  @Option(
      names = "--version-policy",
      paramLabel = "POLICY",
      description = "latest, latest:N, all, or specific:1,2 (default: latest).")
  private @Nullable String versionPolicy;

  @Option(
      names = "--device",
      paramLabel = "gpu|cpu|any",
      description = "Where replicas may run (default: any).")
  private @Nullable String device;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "What one replica takes, such as 512MiB; measured when left out.")
  private @Nullable String memory;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Only nodes of this zone; may be given more than once.")
  private List<String> zones = new ArrayList<>();

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 (first) to 7, when memory is short (default: 3).")
  private @Nullable Integer priority;

  DeployCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path folder = source.toAbsolutePath().normalize();
    AdminClient client = admin.client();
    SourceFolder.check(folder, client.isOnThisMachine()).ifPresent(terminal.err()::println);
    JsonNode accepted =
        client.change("PUT", ModelChange.path(model), Optional.of(spec(folder)), revision.value());
    return waiting.finish(terminal, client, accepted, model);
  }

  private ObjectNode spec(Path folder) {
    ObjectNode spec = AdminClient.json().createObjectNode();
    spec.put("name", model);
    spec.put("source", folder.toString());
    if (replicas != null) {
      spec.set("replicas", ReplicaRange.parse("--replicas", replicas).json());
    }
    if (versionPolicy != null) {
      spec.set("versionPolicy", policy(versionPolicy));
    }
    if (device != null) {
      spec.put("device", device);
    }
    if (memory != null) {
      spec.put("memory", memory);
    }
    if (priority != null) {
      spec.put("priority", priority);
    }
    if (!zones.isEmpty()) {
      zones.forEach(spec.putObject("placement").putArray("zones")::add);
    }
    return spec;
  }

  static JsonNode policy(String text) {
    String[] parts = text.split(":", 2);
    ObjectNode policy = AdminClient.json().createObjectNode();
    try {
      switch (parts[0]) {
        case "all" -> {
          if (parts.length == 1) {
            return policy.textNode("all");
          }
        }
        case "latest" -> {
          int count = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
          return policy.put("latest", count);
        }
        case "specific" -> {
          if (parts.length == 2) {
            var versions = policy.putArray("specific");
            for (String version : parts[1].split(",", -1)) {
              versions.add(Long.parseLong(version.strip()));
            }
            return policy;
          }
        }
        default -> {}
      }
    } catch (NumberFormatException e) {
      throw policyProblem(text, e);
    }
    throw policyProblem(text, null);
  }

  private static CliException policyProblem(String text, @Nullable Exception cause) {
    String line =
        "--version-policy: " + text + " (expected: latest, latest:N, all, or specific:1,2)";
    return cause == null ? new CliException(line) : new CliException(line, cause);
  }
}
