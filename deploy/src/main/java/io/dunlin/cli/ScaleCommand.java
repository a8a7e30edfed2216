package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Sets how many replicas a model has. */
@Command(
    name = "scale",
    description = "Sets how many replicas a model has.",
    footer = {"", "Examples:", "  dunlin scale churn 3", "  dunlin scale churn 2..6"})
final class ScaleCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();
  @Mixin private final RevisionOption revision = new RevisionOption();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Parameters(index = "1", paramLabel = "N|MIN..MAX", description = "How many replicas.")
  private String replicas = "";

  ScaleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    ObjectNode patch = AdminClient.json().createObjectNode();
    patch.set("replicas", ReplicaRange.parse("replicas", replicas).json());
    JsonNode accepted =
        client.change("PATCH", ModelChange.path(model), Optional.of(patch), revision.value());
    return waiting.finish(terminal, client, accepted, model + " to " + replicas + " replicas");
  }
}
