package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The nodes: what each has, holds and does. */
@Command(
    name = "nodes",
    description = "The nodes of the cluster: device, memory, replicas and load of each.",
    footer = {"", "Examples:", "  dunlin nodes", "  dunlin nodes --json"})
final class NodesCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final AdminOptions.Output output = new AdminOptions.Output();

  NodesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    JsonNode answer = admin.client().get("nodes");
    if (output.printed(answer, terminal)) {
      return 0;
    }
    Table table =
        new Table(
            "node",
            "state",
            "device",
            ">model memory",
            ">replicas",
            ">busy",
            ">queued rows",
            ">requests",
            "zone",
            "address");
    for (JsonNode node : answer.path("nodes")) {
      table.row(
          node.path("id").asText(),
          terminal.state(node.path("state").asText()),
          device(node.path("device")),
          memory(node),
          replicas(node.path("replicas")),
          String.format(Locale.ROOT, "%.0f%%", 100 * node.path("load").path("busy").asDouble()),
          node.path("load").path("queuedRows").asText("0"),
          node.path("load").path("requests").asText("0"),
          node.path("zone").asText(""),
          node.path("address").asText(""));
    }
    if (table.isEmpty()) {
      terminal.out().println("no nodes yet: dunlin node --seed HOST:PORT adds one");
    } else {
      table.print(terminal);
    }
    return 0;
  }

  private static String device(JsonNode device) {
    String kind = device.path("kind").asText("");
    String name = device.path("name").asText("");
    return name.isEmpty() || name.equals(kind) ? kind : kind + " " + name;
  }

  /** What the ledger holds of the device's memory. */
  private static String memory(JsonNode node) {
    return Amounts.bytes(node.path("ledger").path("deviceReservedBytes").asLong())
        + " of "
        + Amounts.bytes(node.path("device").path("memoryBytes").asLong());
  }

  private static String replicas(JsonNode replicas) {
    long ready = 0;
    for (JsonNode replica : replicas) {
      ready += replica.path("state").asText().equals("READY") ? 1 : 0;
    }
    return ready == replicas.size() ? String.valueOf(ready) : ready + " of " + replicas.size();
  }
}
