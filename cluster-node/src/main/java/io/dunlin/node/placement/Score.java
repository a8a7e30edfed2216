package io.dunlin.node.placement;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * How good a node is for a replica; higher wins.
 *
 * @param parts what each scorer gave, weighed, in a fixed order
 */
public record Score(List<Part> parts) {
  private static final double SHOWN = 0.005;

  public Score {
    parts = List.copyOf(parts);
  }

  /** A scorer's share of the total. */
  public record Part(String name, double value) {}

  /** 0 to 1. */
  public double total() {
    double total = 0;
    for (Part part : parts) {
      total += part.value();
    }
    return total;
  }

  /**
   * {@code 0.81 = spread 0.40 + fit 0.31 + artifact 0.10}; parts that round to zero are left out.
   */
  @Override
  public String toString() {
    StringJoiner sum = new StringJoiner(" + ");
    sum.setEmptyValue("nothing");
    for (Part part : parts) {
      if (part.value() >= SHOWN) {
        sum.add(part.name() + " " + number(part.value()));
      }
    }
    return number(total()) + " = " + sum;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
