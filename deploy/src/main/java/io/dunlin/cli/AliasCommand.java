package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Points an alias at a version, or splits it over several. */
@Command(
    name = "alias",
    description = "Points an alias at a version, or splits it over several.",
    footer = {
      "",
      "Examples:",
      "  dunlin alias churn stable 2",
      "  dunlin alias churn stable 1=90,2=10"
    })
final class AliasCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final WaitOptions waiting = new WaitOptions();
  @Mixin private final RevisionOption revision = new RevisionOption();

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Parameters(index = "1", paramLabel = "ALIAS", description = "The alias, such as stable.")
  private String alias = "";

  @Parameters(
      index = "2",
      paramLabel = "VERSION|V=PERCENT,..",
      description = "One version, or shares of requests that add up to 100.")
  private String target = "";

  AliasCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AdminClient client = admin.client();
    JsonNode accepted =
        client.change(
            "PUT",
            ModelChange.aliasPath(model, alias),
            Optional.of(AliasTarget.parse(target)),
            revision.value());
    return waiting.finish(terminal, client, accepted, alias + " of " + model + " to " + target);
  }
}
