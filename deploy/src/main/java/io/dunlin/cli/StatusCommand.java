package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The cluster at a glance: who is in it, and whether the models are well. */
@Command(
    name = "status",
    description = "Who is in the cluster, and whether its models are well.",
    footer = {
      "",
      "Examples:",
      "  dunlin status",
      "  dunlin status --json --admin http://10.0.0.5:8502"
    })
final class StatusCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final AdminOptions.Output output = new AdminOptions.Output();

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    JsonNode cluster = client.get("cluster");
    Optional<JsonNode> models = client.find("models");
    ObjectNode both = AdminClient.json().createObjectNode();
    both.set("cluster", cluster);
    both.set(
        "models", models.map(m -> m.path("models")).orElse(AdminClient.json().createArrayNode()));
    if (output.printed(both, terminal)) {
      return 0;
    }
    JsonNode members = cluster.path("members");
    terminal
        .out()
        .println(
            terminal.bold("cluster " + cluster.path("name").asText("dunlin"))
                + ": "
                + Amounts.count(members.size(), "member")
                + optional(", leader ", cluster.path("leader"))
                + optional(", controller ", cluster.path("controller")));
    members(members).print(terminal);
    models.ifPresent(m -> terminal.out().println(health(m.path("models"), terminal)));
    return 0;
  }

  private Table members(JsonNode members) {
    Table table = new Table("member", "roles", "status", "zone", "version", ">uptime", "address");
    for (JsonNode member : members) {
      boolean unreachable = !member.path("reachable").asBoolean(true);
      String status = unreachable ? "UNREACHABLE" : member.path("status").asText();
      table.row(
          member.path("id").asText(),
          Texts.joined(member.path("roles")),
          terminal.state(status.toUpperCase(java.util.Locale.ROOT)),
          member.path("zone").asText(""),
          member.path("version").asText(""),
          Amounts.age(member.path("uptimeSeconds").asLong()),
          member.path("address").asText(""));
    }
    return table;
  }

  private static String health(JsonNode models, Terminal terminal) {
    int versions = 0;
    int ready = 0;
    StringBuilder ill = new StringBuilder();
    for (JsonNode model : models) {
      for (JsonNode version : model.path("versions")) {
        versions++;
        if (version.path("state").asText().equals("READY")) {
          ready++;
        } else {
          ill.append(ill.isEmpty() ? ": " : ", ")
              .append(model.path("name").asText())
              .append(" v")
              .append(version.path("version").asLong())
              .append(' ')
              .append(terminal.state(version.path("state").asText()));
        }
      }
    }
    return "models: " + ready + " of " + Amounts.count(versions, "version") + " ready" + ill;
  }

  private static String optional(String before, JsonNode value) {
    String text = value.asText("");
    return text.isEmpty() ? "" : before + text;
  }
}
