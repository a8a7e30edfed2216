package io.dunlin.shared.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what is wrong with one document, so that a user repairs it in one go. */
final class ModelSpecProblems {
  /** A document with more mistakes than this is not read on; nobody repairs a longer list. */
  static final int MAX_PROBLEMS = 50;

  private static final int MAX_VALUE_LENGTH = 80;

  private final List<SpecProblem> found = new ArrayList<>();

  void add(String path, String value, String expected) {
    if (found.size() < MAX_PROBLEMS) {
      found.add(new SpecProblem(path, shortened(value), expected));
    }
  }

  void add(String path, JsonNode value, String expected) {
    add(path, value.toString(), expected);
  }

  void addUnknownKey(String path, String key, List<String> known) {
    String nearest = nearest(key, known);
    String suggestion = nearest.isEmpty() ? "" : nearest + "; ";
    add(path, "unknown key", suggestion + "known keys: " + String.join(", ", known));
  }

  void throwIfAny() throws SpecException {
    if (!found.isEmpty()) {
      throw new SpecException(found);
    }
  }

  static String shortened(String value) {
    return value.length() <= MAX_VALUE_LENGTH
        ? value
        : value.substring(0, MAX_VALUE_LENGTH) + ".. (" + value.length() + " characters)";
  }

  /** The known key a typing error or another system's spelling most likely meant; else empty. */
  private static String nearest(String key, List<String> known) {
    String plain = plain(key);
    String best = "";
    int bestDistance = Math.max(2, plain.length() / 3) + 1;
    for (String candidate : known) {
      int distance = editDistance(plain, plain(candidate));
      if (distance < bestDistance && distance < candidate.length()) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static String plain(String key) {
    String cut = key.length() <= MAX_VALUE_LENGTH ? key : key.substring(0, MAX_VALUE_LENGTH);
    return cut.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  /** Levenshtein distance with two rows. */
  private static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
