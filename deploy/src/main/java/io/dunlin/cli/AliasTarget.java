package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code 2}, or shares such as {@code 1=90,2=10}. */
final class AliasTarget {

  private AliasTarget() {}

  static JsonNode parse(String text) {
    ObjectNode body = AdminClient.json().createObjectNode();
    try {
      if (!text.contains("=")) {
        return body.put("version", Long.parseLong(text.strip()));
      }
      ObjectNode split = body.putObject("split");
      int sum = 0;
      for (String part : text.split(",", -1)) {
        String[] sides = part.split("=", 2);
        int percent = Integer.parseInt(sides.length == 2 ? sides[1].strip() : "");
        split.put(Long.toString(Long.parseLong(sides[0].strip())), percent);
        sum += percent;
      }
      if (sum != 100) {
        throw new CliException("version: " + text + " adds up to " + sum + " (expected: 100)");
      }
      return body;
    } catch (NumberFormatException e) {
      throw new CliException(
          "version: " + text + " (expected: a version, or shares such as 1=90,2=10)", e);
    }
  }
}
