package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** One model's placement: each replica's place and score, or who refused it and what would help. */
final class PlacementTable {

  private static final String NOT_PLACED = "not placed";
  private static final String WOULD_FIT = "would fit if";

  private final JsonNode placement;
  private final Terminal terminal;
  private final boolean oneVersion;
  private final int nameWidth;
  private final int placeWidth;
  private final int stateWidth;

  private PlacementTable(JsonNode placement, Terminal terminal) {
    this.placement = placement;
    this.terminal = terminal;
    JsonNode replicas = placement.path("replicas");
    List<Long> versions = new ArrayList<>();
    replicas.forEach(replica -> versions.add(replica.path("version").asLong()));
    this.oneVersion = versions.stream().distinct().count() == 1;
    int name = 1;
    int place = 1;
    int state = 1;
    for (JsonNode replica : replicas) {
      name = Math.max(name, name(replica).length());
      place = Math.max(place, place(replica).length());
      state = Math.max(state, state(replica).length());
      if (!isPlaced(replica) && !replica.path("wouldFitIf").isEmpty()) {
        place = Math.max(place, WOULD_FIT.length());
      }
    }
    this.nameWidth = name;
    this.placeWidth = place;
    this.stateWidth = state;
  }

  static void print(JsonNode placement, Terminal terminal) {
    new PlacementTable(placement, terminal).print();
  }

  private void print() {
    String model = placement.path("model").asText();
    String title =
        oneVersion
            ? model + " v" + placement.path("replicas").path(0).path("version").asLong()
            : model;
    terminal
        .out()
        .println(
            terminal.bold(title)
                + ": "
                + placement.path("placed").asInt()
                + " of "
                + Amounts.count(placement.path("wanted").asLong(), "replica")
                + " placed (revision "
                + placement.path("revision").asText("0")
                + ")");
    for (JsonNode replica : placement.path("replicas")) {
      if (isPlaced(replica)) {
        printPlaced(replica);
      } else {
        printUnplaced(replica);
      }
    }
    int leftOut = placement.path("replicasLeftOut").asInt();
    if (leftOut > 0) {
      terminal.out().println("  and " + Amounts.count(leftOut, "replica") + " more");
    }
    String unexplained = placement.path("unexplained").asText("");
    if (!unexplained.isEmpty()) {
      terminal.out().println("  no reasons: " + unexplained);
    }
  }

  private void printPlaced(JsonNode replica) {
    String state = state(replica);
    StringJoiner remarks = new StringJoiner("; ");
    String score = score(replica.path("score"));
    if (!score.isEmpty()) {
      remarks.add(score);
    }
    String outcome = replica.path("outcome").asText("");
    if (outcome.equals("MOVED") || outcome.equals("LEAVING")) {
      remarks.add(outcome.toLowerCase(Locale.ROOT));
    }
    if (!replica.path("replaces").asText("").isEmpty()) {
      remarks.add("replaces " + replica.path("replaces").asText());
    }
    if (!replica.path("reason").asText("").isEmpty()) {
      remarks.add(replica.path("reason").asText());
    }
    terminal
        .out()
        .println(
            ("  "
                    + padded(name(replica), nameWidth)
                    + "  "
                    + padded(place(replica), placeWidth)
                    + "  "
                    + terminal.state(state)
                    + " ".repeat(stateWidth - state.length())
                    + "  "
                    + remarks)
                .stripTrailing());
  }

  private void printUnplaced(JsonNode replica) {
    StringJoiner reasons = new StringJoiner("; ");
    for (JsonNode candidate : replica.path("candidates")) {
      StringJoiner refusals = new StringJoiner(", ");
      candidate.path("rejections").forEach(r -> refusals.add(r.path("reason").asText()));
      reasons.add(candidate.path("node").asText() + ": " + refusals);
    }
    int leftOut = replica.path("candidatesLeftOut").asInt();
    if (leftOut > 0) {
      reasons.add("and " + Amounts.count(leftOut, "node") + " more");
    }
    String words = reasons.length() == 0 ? "there is no node" : reasons.toString();
    String name = "  " + padded(name(replica), nameWidth) + "  ";
    String label = terminal.red(NOT_PLACED) + " ".repeat(placeWidth - NOT_PLACED.length() + 2);
    wrapped(name + label, words);
    StringJoiner changes = new StringJoiner(", or ");
    replica.path("wouldFitIf").forEach(change -> changes.add(change.asText()));
    if (changes.length() > 0) {
      wrapped(" ".repeat(name.length()) + padded(WOULD_FIT, placeWidth + 2), changes.toString());
    }
  }

  /** Words after what begins the line, their further lines below the first. */
  private void wrapped(String begin, String words) {
    int left = 2 + nameWidth + 2 + placeWidth + 2;
    List<String> lines = Texts.wrapped(words, Math.max(40, terminal.columns() - left));
    terminal.out().println(begin + lines.getFirst());
    for (String line : lines.subList(1, lines.size())) {
      terminal.out().println(" ".repeat(left) + line);
    }
  }

  private static boolean isPlaced(JsonNode replica) {
    return !replica.path("node").asText("").isEmpty();
  }

  private String name(JsonNode replica) {
    String ordinal = replica.path("ordinal").asText();
    return oneVersion ? ordinal : "v" + replica.path("version").asText() + " " + ordinal;
  }

  private static String place(JsonNode replica) {
    return isPlaced(replica)
        ? (replica.path("node").asText() + " " + replica.path("device").asText("")).strip()
        : NOT_PLACED;
  }

  private static String state(JsonNode replica) {
    return isPlaced(replica) ? replica.path("state").asText("") : "";
  }

  private static String score(JsonNode score) {
    if (!score.path("total").isNumber()) {
      return "";
    }
    StringJoiner parts = new StringJoiner(" + ");
    for (Map.Entry<String, JsonNode> part : score.path("parts").properties()) {
      if (part.getValue().asDouble() >= 0.005) {
        parts.add(part.getKey() + " " + decimal(part.getValue()));
      }
    }
    String sum = "score " + decimal(score.path("total"));
    return parts.length() == 0 ? sum : sum + " = " + parts;
  }

  private static String decimal(JsonNode number) {
    return String.format(Locale.ROOT, "%.2f", number.asDouble());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
