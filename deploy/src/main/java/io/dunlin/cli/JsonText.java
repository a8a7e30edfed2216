package io.dunlin.cli;

/**
 * Indents JSON without touching a character of its values: numbers keep the server's digits, and
 * NaN and Infinity, which TensorFlow Serving's JSON allows, pass. Arrays of plain values stay on
 * one line.
 */
final class JsonText {

  private final String json;
  private final StringBuilder text;
  private int at;
  private int depth;

  private JsonText(String json) {
    this.json = json;
    this.text = new StringBuilder(json.length() + json.length() / 4);
  }

  static String indent(String json) {
    return new JsonText(json).run();
  }

  private String run() {
    while (at < json.length()) {
      char c = json.charAt(at);
      switch (c) {
        case '"' -> copyString();
        case '{', '[' -> open(c);
        case '}', ']' -> close(c);
        case ',' -> {
          text.append(',');
          newLine();
        }
        case ':' -> text.append(": ");
        case ' ', '\n', '\r', '\t' -> {}
        default -> text.append(c);
      }
      at++;
    }
    return text.toString();
  }

  private void open(char bracket) {
    int end = endOfPlain();
    if (end >= 0) {
      copyPlain(end);
      at = end;
      return;
    }
    text.append(bracket);
    depth++;
    newLine();
  }

  private void close(char bracket) {
    depth = Math.max(0, depth - 1);
    newLine();
    text.append(bracket);
  }

  private void newLine() {
    text.append('\n').append("  ".repeat(depth));
  }

  private void copyString() {
    int end = endOfString(at);
    text.append(json, at, end + 1);
    at = end;
  }

  /**
   * Where the array of plain values, or the empty object, that starts here ends; -1: it is none.
   */
  private int endOfPlain() {
    char first = json.charAt(at);
    for (int i = at + 1; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == ']' || c == '}') {
        return i;
      }
      boolean blank = Character.isWhitespace(c);
      if (c == '[' || c == '{' || (first == '{' && !blank)) {
        return -1;
      }
      if (c == '"') {
        i = endOfString(i);
      }
    }
    return -1;
  }

  private void copyPlain(int end) {
    for (int i = at; i <= end; i++) {
      char c = json.charAt(i);
      if (c == '"') {
        int close = endOfString(i);
        text.append(json, i, close + 1);
        i = close;
      } else if (c == ',') {
        text.append(", ");
      } else if (!Character.isWhitespace(c)) {
        text.append(c);
      }
    }
  }

  private int endOfString(int from) {
    int i = from + 1;
    while (i < json.length() && json.charAt(i) != '"') {
      i += json.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i, json.length() - 1);
  }
}
