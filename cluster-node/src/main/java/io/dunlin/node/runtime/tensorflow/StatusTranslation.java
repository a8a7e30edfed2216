package io.dunlin.node.runtime.tensorflow;

import io.dunlin.shared.inference.FailureCode;
import java.util.regex.Pattern;

/** What a TensorFlow status means to a caller: whose mistake it was, and its message in short. */
final class StatusTranslation {
  /** The longest message passed on, in characters. */
  static final int MAX_LENGTH = 1024;

  /** How much of a message is looked at; traces behind it can be megabytes. */
  private static final int MAX_SEARCHED = 16 * 1024;

  /** {@code 2 root error(s) found.}; the first of them follows on the next line. */
  private static final Pattern SEVERAL = Pattern.compile("\\d+ root error\\(s\\) found\\.?");

  /** The number and code of one of several errors: {@code (0) INVALID_ARGUMENT: }. */
  private static final Pattern NUMBERED = Pattern.compile("^\\(\\d+\\)\\s*([A-Z_]+:\\s*)?");

  /** Where in the graph: {@code {{function_node f}}} or <code>[[{{node n}}]]</code>. */
  private static final Pattern PLACE =
      Pattern.compile("\\[\\[\\{\\{[^}]*\\}\\}[^\\]]*\\]\\]|\\{\\{\\w+ [^}]*\\}\\}");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  // Numbers of google.rpc.Code, which TensorFlow uses.
  private static final int CANCELLED = 1;
  private static final int INVALID_ARGUMENT = 3;
  private static final int DEADLINE_EXCEEDED = 4;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int FAILED_PRECONDITION = 9;
  private static final int OUT_OF_RANGE = 11;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;

  private StatusTranslation() {}

  /**
   * The catalogued failure for a status of a run. {@code NOT_FOUND}, {@code PERMISSION_DENIED} and
   * their like speak of something inside the graph (a resource, a file), never of what the caller
   * asked for, so they are internal.
   */
  static FailureCode code(int tensorFlowCode) {
    return switch (tensorFlowCode) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> FailureCode.INVALID_ARGUMENT;
      case FAILED_PRECONDITION -> FailureCode.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> FailureCode.RESOURCE_EXHAUSTED;
      case UNIMPLEMENTED -> FailureCode.UNIMPLEMENTED;
      case DEADLINE_EXCEEDED -> FailureCode.DEADLINE_EXCEEDED;
      // TensorFlow cancels a step when its session goes away, not when a caller does.
      case CANCELLED, UNAVAILABLE -> FailureCode.UNAVAILABLE;
      default -> FailureCode.INTERNAL;
    };
  }

  /** The first line that says something, without places in the graph, in bounded length. */
  static String brief(String message) {
    String head = message.substring(0, Math.min(message.length(), MAX_SEARCHED));
    for (String line : head.split("\n", -1)) {
      String text = PLACE.matcher(line).replaceAll("");
      text = CONTROL.matcher(text).replaceAll(" ").strip();
      text = NUMBERED.matcher(text).replaceFirst("");
      if (!text.isEmpty() && !SEVERAL.matcher(text).matches()) {
        return bounded(text);
      }
    }
    return "no message";
  }

  private static String bounded(String text) {
    if (text.length() <= MAX_LENGTH) {
      return text;
    }
    int end = MAX_LENGTH - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
