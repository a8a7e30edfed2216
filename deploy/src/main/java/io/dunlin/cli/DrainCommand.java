package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Moves everything off a node: successors are ready before its replicas go. */
@Command(
    name = "drain",
    description = "Moves everything off a node: successors are ready before its replicas go.",
    footer = {"", "Examples:", "  dunlin drain node-b"})
final class DrainCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();

  @Parameters(
      index = "0",
      paramLabel = "NODE",
      description = "The node's id, as dunlin nodes shows it.")
  private String node = "";

  DrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    String path = "nodes/" + AdminClient.segment(node);
    JsonNode accepted =
        client.change("POST", path + "/drain", Optional.empty(), OptionalLong.empty());
    return waiting.finish(terminal, client, accepted, "drain of " + node);
  }
}
