package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Where each replica is and why: winner's score in parts, losers' reasons, what would fit. */
@Command(
    name = "placement",
    description = "Where each replica is, and why there.",
    footer = {
      "",
      "Examples:",
      "  dunlin placement",
      "  dunlin placement chest-xray",
      "  dunlin placement chest-xray --json"
    })
final class PlacementCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final AdminOptions.Output output = new AdminOptions.Output();

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "One model; all when left out.")
  private @Nullable String model;

  PlacementCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String path = model == null ? "placement" : "placement/" + AdminClient.segment(model);
    JsonNode answer = admin.client().get(path);
    if (output.printed(answer, terminal)) {
      return 0;
    }
    List<JsonNode> placements = new ArrayList<>();
    if (model == null) {
      answer.path("models").forEach(placements::add);
    } else {
      placements.add(answer);
    }
    placements.forEach(placement -> PlacementTable.print(placement, terminal));
    if (placements.isEmpty()) {
      terminal.out().println("nothing is placed: no models yet");
    }
    return 0;
  }
}
