package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The models: versions, states, aliases. */
@Command(
    name = "models",
    description = "The models: every version, its state, its replicas, and why it failed.",
    footer = {"", "Examples:", "  dunlin models", "  dunlin models --json"})
final class ModelsCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final AdminOptions.Output output = new AdminOptions.Output();

  ModelsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    JsonNode answer = admin.client().get("models");
    if (output.printed(answer, terminal)) {
      return 0;
    }
    Table table =
        new Table(
            "model",
            "version",
            "state",
            ">replicas",
            ">load",
            ">memory",
            "aliases",
            "device",
            "reason");
    for (JsonNode model : answer.path("models")) {
      String name = model.path("name").asText();
      if (model.path("versions").isEmpty()) {
        table.row(name, "", terminal.state("PENDING"), "", "", "", "", "", "no version yet");
      }
      for (JsonNode version : model.path("versions")) {
        table.row(
            name,
            "v" + version.path("version").asLong(),
            terminal.state(version.path("state").asText()),
            version.path("readyReplicas").asLong()
                + " of "
                + Math.max(
                    version.path("replicas").asLong(), version.path("wantedReplicas").asLong()),
            load(version),
            memory(version),
            aliases(model.path("aliases"), version.path("version").asLong()),
            model.path("device").asText(""),
            version.path("reason").asText(""));
        name = "";
      }
    }
    if (table.isEmpty()) {
      terminal.out().println("no models yet: dunlin deploy MODEL --source DIR adds one");
    } else {
      table.print(terminal);
    }
    return 0;
  }

  private static String load(JsonNode version) {
    long millis = version.path("loadMillis").asLong();
    return millis > 0 ? Amounts.seconds(Duration.ofMillis(millis)) : "";
  }

  private static String memory(JsonNode version) {
    long bytes = version.path("memoryBytes").asLong();
    return bytes > 0 ? Amounts.bytes(bytes) : "";
  }

  /** Names that point at this version, with the share where an alias is split. */
  private static String aliases(JsonNode aliases, long version) {
    StringJoiner names = new StringJoiner(",");
    for (Map.Entry<String, JsonNode> alias : aliases.properties()) {
      share(alias.getValue(), version).ifPresent(share -> names.add(alias.getKey() + share));
      share(alias.getValue().path("pending"), version)
          .ifPresent(share -> names.add(alias.getKey() + share + " (pending)"));
    }
    return names.toString();
  }

  /** Nothing for the only version, its percentage for one of several; empty when not named. */
  private static Optional<String> share(JsonNode target, long version) {
    JsonNode percent = target.path("split").path(Long.toString(version));
    if (!percent.isMissingNode()) {
      return Optional.of(" " + percent.asText() + "%");
    }
    return target.path("version").asLong(-1) == version ? Optional.of("") : Optional.empty();
  }
}
