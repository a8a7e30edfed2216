package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
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

  private static final String UNPLACED = "not placed";

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
    if (answer.path("placements").isArray()) {
      answer.path("placements").forEach(placements::add);
    } else {
      placements.add(answer);
    }
    placements.forEach(placement -> print(placement, terminal));
    if (placements.isEmpty()) {
      terminal.out().println("nothing is placed: no models yet");
    }
    return 0;
  }

  private static void print(JsonNode placement, Terminal terminal) {
    JsonNode assignments = placement.path("assignments");
    JsonNode unplaced = placement.path("unplaced");
    int wanted = assignments.size() + unplaced.size();
    terminal
        .out()
        .println(
            terminal.bold(title(placement))
                + ": "
                + assignments.size()
                + " of "
                + Amounts.count(wanted, "replica")
                + " placed (revision "
                + placement.path("revision").asText("0")
                + ")");
    int node = UNPLACED.length();
    int state = 0;
    int ordinal = 1;
    for (JsonNode assignment : assignments) {
      node = Math.max(node, assignment.path("node").asText().length());
      state = Math.max(state, assignment.path("state").asText().length());
      ordinal = Math.max(ordinal, ordinal(assignment).length());
    }
    for (JsonNode assignment : assignments) {
      String stateName = assignment.path("state").asText();
      terminal
          .out()
          .println(
              "  "
                  + padded(ordinal(assignment), ordinal)
                  + "  "
                  + padded(assignment.path("node").asText(), node)
                  + "  "
                  + terminal.state(stateName)
                  + " ".repeat(state - stateName.length())
                  + "  "
                  + score(assignment));
    }
    for (JsonNode replica : unplaced) {
      printUnplaced(replica, ordinal, node, terminal);
    }
  }

  private static void printUnplaced(JsonNode replica, int ordinal, int node, Terminal terminal) {
    String indent = " ".repeat(2 + ordinal + 2);
    int left = indent.length() + node + 2;
    StringJoiner reasons = new StringJoiner("; ");
    for (JsonNode rejection : replica.path("rejections")) {
      reasons.add(rejection.path("node").asText() + ": " + rejection.path("reason").asText());
    }
    int width = Math.max(40, terminal.columns() - left);
    List<String> lines = Texts.wrapped(reasons.toString(), width);
    String head = "  " + padded(ordinal(replica), ordinal) + "  " + terminal.red(UNPLACED);
    String gap = " ".repeat(node - UNPLACED.length() + 2);
    terminal.out().println((head + gap + lines.getFirst()).stripTrailing());
    for (String line : lines.subList(1, lines.size())) {
      terminal.out().println(" ".repeat(left) + line);
    }
    String fits = replica.path("wouldFitIf").asText("");
    if (!fits.isEmpty()) {
      List<String> wrapped = Texts.wrapped(fits, width);
      String label = padded("would fit if", node + 2);
      terminal.out().println(indent + label + wrapped.getFirst());
      for (String line : wrapped.subList(1, wrapped.size())) {
        terminal.out().println(indent + " ".repeat(label.length()) + line);
      }
    }
  }

  /** The model, with its version when every replica is of the same one. */
  private static String title(JsonNode placement) {
    List<String> versions = new ArrayList<>();
    for (String group : List.of("assignments", "unplaced")) {
      placement.path(group).forEach(replica -> versions.add(version(replica)));
    }
    String name = placement.path("model").asText();
    boolean one = versions.stream().distinct().count() == 1 && !versions.getFirst().isEmpty();
    return one ? name + " v" + versions.getFirst() : name;
  }

  /** Replicas are named model/version/ordinal. */
  private static String version(JsonNode replica) {
    String[] parts = replica.path("replica").asText().split("/", -1);
    return parts.length == 3 ? parts[1] : "";
  }

  private static String ordinal(JsonNode replica) {
    String id = replica.path("replica").asText();
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private static String score(JsonNode assignment) {
    if (!assignment.path("score").isNumber()) {
      return "";
    }
    StringJoiner parts = new StringJoiner(" + ");
    for (Map.Entry<String, JsonNode> part : assignment.path("parts").properties()) {
      parts.add(part.getKey() + " " + decimal(part.getValue()));
    }
    String sum = "score " + decimal(assignment.path("score"));
    return parts.length() == 0 ? sum : sum + " = " + parts;
  }

  private static String decimal(JsonNode number) {
    return String.format(Locale.ROOT, "%.2f", number.asDouble());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
