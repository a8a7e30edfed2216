package io.dunlin.cli;

import io.dunlin.cli.boot.ProcessSettings;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A node: capacity for models. */
@Command(
    name = "node",
    description = "Runs a node: loads models and runs them. Without --seed it starts a cluster.",
    footer = {
      "",
      "Examples:",
      "  dunlin node --models /srv/models",
      "  dunlin node --seed 10.0.0.5:17355 --bind 10.0.0.6 --zone rack-2",
      "  dunlin node --seed 10.0.0.5:17355 --device gpu:0 --label accelerator=a100"
    })
final class NodeCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final ServerOptions.Seeds seeds = new ServerOptions.Seeds();
  @Mixin private final ServerOptions.Node node = new ServerOptions.Node();
  @Mixin private final ServerOptions server = new ServerOptions();

  NodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ServeOptions options =
        ServeOptions.from(
            EnumSet.of(ProcessSettings.Role.NODE), server.config(seeds.keys(), node.keys()));
    return new Server(terminal).run(options, "node");
  }
}
