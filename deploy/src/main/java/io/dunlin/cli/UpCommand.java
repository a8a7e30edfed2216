package io.dunlin.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.dunlin.cli.boot.ProcessSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job: serve models on this machine, in one process or a small cluster of them. */
@Command(
    name = "up",
    description = {
      "Serves models on this machine: one process that is gateway and node, or with --nodes a local"
          + " cluster of one gateway and N nodes, stopped together by Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  dunlin up",
      "  dunlin up --models /srv/models --http-port 9501",
      "  dunlin up --nodes 3"
    })
final class UpCommand implements Callable<Integer> {

  private static final int MAX_NODES = 64;

  private final Terminal terminal;
  @Mixin private final ServerOptions.Gateway gateway = new ServerOptions.Gateway();
  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ServerOptions.Node node = new ServerOptions.Node();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "${env:DUNLIN_NODES:-1}",
      description = "Node processes; from 2 on beside a gateway process (1; DUNLIN_NODES).")
  private int nodes;

  UpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new CliException("--nodes: " + nodes + " (expected: 1 to " + MAX_NODES + ")");
    }
    Config config = withModels(server.config(gateway.keys(), node.keys()));
    ServeOptions options =
        ServeOptions.from(
            EnumSet.of(ProcessSettings.Role.GATEWAY, ProcessSettings.Role.NODE), config);
    return nodes == 1
        ? new Server(terminal).run(options, "one process: gateway + node")
        : new LocalCluster(terminal, options, nodes).run();
  }

  /** The examples, where no folder is named. */
  private static Config withModels(Config config) {
    String home = System.getProperty("dunlin.home", "");
    if (!config.getString("dunlin.models").isBlank() || home.isEmpty()) {
      if (config.getString("dunlin.models").isBlank()) {
        throw new CliException("no models folder (--models DIR, or DUNLIN_MODELS)");
      }
      return config;
    }
    Path examples = Path.of(home, "examples", "models");
    return config.withValue(
        "dunlin.models", ConfigValueFactory.fromAnyRef(examples.toString(), "the examples"));
  }
}
