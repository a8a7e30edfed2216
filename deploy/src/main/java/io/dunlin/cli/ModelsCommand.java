package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
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
            version.path("readyReplicas").asLong() + " of " + version.path("replicas").asLong(),
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
      JsonNode target = alias.getValue();
      JsonNode split = target.path("split");
      JsonNode share = split.path(Long.toString(version));
      JsonNode single = target.isObject() ? target.path("version") : target;
      if (!share.isMissingNode()) {
        names.add(alias.getKey() + " " + share.asText() + "%");
      } else if (split.isMissingNode() && single.asLong(-1) == version) {
        names.add(alias.getKey());
      }
    }
    return names.toString();
  }
}
