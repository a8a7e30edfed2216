package io.dunlin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Aligned columns: a head, rows, no lines and no wrapping. Columns that stay empty are left out.
 */
final class Table {

  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String GAP = "  ";

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  /** Names of the columns; one that begins with {@code >} is aligned right. */
  Table(String... head) {
    this.head = List.of(head);
  }

  Table row(String... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + head.size() + ")");
    }
    rows.add(List.of(cells));
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  List<String> lines(Terminal terminal) {
    List<Integer> shown = new ArrayList<>();
    for (int column = 0; column < head.size(); column++) {
      if (width(column, false) > 0) {
        shown.add(column);
      }
    }
    List<String> lines = new ArrayList<>();
    StringBuilder title = new StringBuilder();
    for (int column : shown) {
      title.append(cell(column, name(column).toUpperCase(Locale.ROOT), shown));
    }
    lines.add(terminal.faint(title.toString().stripTrailing()));
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column : shown) {
        line.append(cell(column, row.get(column), shown));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  void print(Terminal terminal) {
    lines(terminal).forEach(line -> terminal.out().println(line));
  }

  private String cell(int column, String text, List<Integer> shown) {
    String padding = " ".repeat(width(column, true) - visible(text));
    String aligned = head.get(column).startsWith(">") ? padding + text : text + padding;
    return column == shown.getLast() ? aligned : aligned + GAP;
  }

  private int width(int column, boolean withHead) {
    int width = withHead ? name(column).length() : 0;
    for (List<String> row : rows) {
      width = Math.max(width, visible(row.get(column)));
    }
    return width;
  }

  private String name(int column) {
    String name = head.get(column);
    return name.startsWith(">") ? name.substring(1) : name;
  }

  private static int visible(String text) {
    return COLOUR.matcher(text).replaceAll("").length();
  }
}
