package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Points an alias back at what it was before. */
@Command(
    name = "rollback",
    description = "Points an alias back at what it was before.",
    footer = {"", "Examples:", "  dunlin rollback churn stable"})
final class RollbackCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();
  @Mixin private final RevisionOption revision = new RevisionOption();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Parameters(index = "1", paramLabel = "ALIAS", description = "The alias, such as stable.")
  private String alias = "";

  RollbackCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    String path = ModelChange.aliasPath(model, alias) + "/rollback";
    JsonNode accepted = client.change("POST", path, Optional.empty(), revision.value());
    return waiting.finish(terminal, client, accepted, alias + " of " + model + " back");
  }
}
