package io.dunlin.cli;

import com.typesafe.config.Config;
import io.dunlin.cli.boot.ProcessSettings;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A gateway that joins a cluster. */
@Command(
    name = "gateway",
    description = "Runs a gateway: takes requests, and joins the cluster that serves them.",
    footer = {
      "",
      "Examples:",
      "  dunlin gateway --seed 10.0.0.5:17355 --bind 10.0.0.7",
      "  dunlin gateway --seed 127.0.0.1:17355 --http-port 8601 --grpc-port 8600 \\",
      "      --admin-port 8602 --cluster-port 17455"
    })
final class GatewayCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final ServerOptions.Seeds seeds = new ServerOptions.Seeds();
  @Mixin private final ServerOptions.Gateway gateway = new ServerOptions.Gateway();
  @Mixin private final ServerOptions server = new ServerOptions();

  GatewayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Config config = server.config(seeds.keys(), gateway.keys());
    ServeOptions options = ServeOptions.from(EnumSet.of(ProcessSettings.Role.GATEWAY), config);
    if (options.seeds().isEmpty()) {
      throw new CliException(
          "a gateway serves nothing alone: --seed HOST:PORT names the cluster port of a member");
    }
    return new Server(terminal).run(options, "gateway");
  }
}
