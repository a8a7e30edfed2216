package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a drained node take replicas again. */
@Command(
    name = "resume",
    description = "Lets a drained node take replicas again.",
    footer = {"", "Examples:", "  dunlin resume node-b"})
final class ResumeCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();

  @Parameters(
      index = "0",
      paramLabel = "NODE",
      description = "The node's id, as dunlin nodes shows it.")
  private String node = "";

  ResumeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    String path = "nodes/" + AdminClient.segment(node) + "/resume";
    JsonNode accepted = client.change("POST", path, Optional.empty(), OptionalLong.empty());
    return waiting.finish(terminal, client, accepted, "resume of " + node);
  }
}
