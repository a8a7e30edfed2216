package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** JSON values as words in a table. */
final class Texts {

  private Texts() {}

  /** An array's values, joined by commas. */
  static String joined(JsonNode array) {
    StringJoiner joiner = new StringJoiner(",");
    array.forEach(value -> joiner.add(value.asText()));
    return joiner.toString();
  }

  /** Words wrapped at the given width; the first line is as long as the rest. */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
