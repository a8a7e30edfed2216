package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a model out of service on every node. */
@Command(
    name = "undeploy",
    description = "Takes a model out of service on every node.",
    footer = {"", "Examples:", "  dunlin undeploy churn"})
final class UndeployCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();
  @Mixin private final RevisionOption revision = new RevisionOption();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  UndeployCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    JsonNode accepted =
        client.change("DELETE", ModelChange.path(model), Optional.empty(), revision.value());
    return waiting.finish(terminal, client, accepted, model + " undeployed");
  }
}
