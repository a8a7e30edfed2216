package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 3}, or {@code 2..6} for a model that scales by itself between the two. */
record ReplicaRange(int min, int max) {

  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:\\.\\.(\\d{1,6}))?");

  static ReplicaRange parse(String option, String text) {
    Matcher matcher = RANGE.matcher(text.strip());
    if (!matcher.matches()) {
      throw new CliException(option + ": " + text + " (expected: a number, or MIN..MAX)");
    }
    int min = Integer.parseInt(matcher.group(1));
    int max = matcher.group(2) == null ? min : Integer.parseInt(matcher.group(2));
    if (max < min || max < 1) {
      throw new CliException(option + ": " + text + " (expected: 1 or more, MIN no more than MAX)");
    }
    return new ReplicaRange(min, max);
  }

  JsonNode json() {
    return AdminClient.json().createObjectNode().put("min", min).put("max", max);
  }
}
