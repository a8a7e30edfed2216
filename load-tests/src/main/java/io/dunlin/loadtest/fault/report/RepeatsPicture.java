package io.dunlin.loadtest.fault.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * All repeats of one scenario in one picture, from left to right: the longest wait of each beside
 * its goal and the 99th percentile at rest, and the time until full strength. Red where it failed.
 */
final class RepeatsPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 150;
  private static final int LEFT = 60;
  private static final int TOP = 10;
  private static final double MOST_MILLIS = 100_000;

  private RepeatsPicture() {}

  /** The picture as a document of its own, of a run's repeats in order. */
  static String of(List<RunResult> repeats) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'"
                + " font-family='system-ui,sans-serif' font-size='10'>",
            WIDTH, HEIGHT + 40));
    grid(svg);
    repeats.getFirst().waitGoal().ifPresent(goal -> goal(svg, goal));
    double step = (double) (WIDTH - LEFT - 10) / repeats.size();
    for (int i = 0; i < repeats.size(); i++) {
      RunResult run = repeats.get(i);
      double x = LEFT + (i + 0.5) * step;
      run.toFullStrength().ifPresent(time -> dot(svg, x, time, "#9aa0a6"));
      dot(svg, x, run.p99AtRest(), "#2a5d9f");
      dot(svg, x, run.longestWait(), run.passed() ? "#c77700" : "#b3261e");
      if (!run.passed()) {
        text(svg, x - 10, HEIGHT + 8, run.failedCount() + " failed", "#b3261e");
      }
    }
    legend(svg);
    return svg.append("</svg>").toString();
  }

  private static void grid(StringBuilder svg) {
    for (double millis = 1; millis <= MOST_MILLIS; millis *= 10) {
      double y = y(millis);
      svg.append(
          format("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>", LEFT, WIDTH, y, y));
      String label = millis < 1000 ? (int) millis + " ms" : (int) (millis / 1000) + " s";
      text(svg, 2, y + 3, label, "#444");
    }
  }

  private static void goal(StringBuilder svg, Duration goal) {
    double y = y(goal.toMillis());
    svg.append(
        format(
            "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#1b6e3c' stroke-dasharray='4 3'/>",
            LEFT, WIDTH, y, y));
    text(svg, WIDTH - 110, y - 3, "goal of the longest wait", "#1b6e3c");
  }

  private static void dot(StringBuilder svg, double x, Duration time, String colour) {
    svg.append(
        format(
            "<circle cx='%.1f' cy='%.1f' r='3.2' fill='%s'/>", x, y(time.toNanos() / 1e6), colour));
  }

  private static void legend(StringBuilder svg) {
    int y = HEIGHT + 28;
    text(svg, LEFT, y, "● longest wait", "#c77700");
    text(svg, LEFT + 110, y, "● p99 at rest", "#2a5d9f");
    text(svg, LEFT + 220, y, "● until full strength", "#9aa0a6");
    text(svg, LEFT + 360, y, "● a repeat that failed", "#b3261e");
  }

  private static double y(double millis) {
    double share = Math.log10(Math.clamp(millis, 1, MOST_MILLIS)) / Math.log10(MOST_MILLIS);
    return TOP + (HEIGHT - TOP) * (1 - share);
  }

  private static void text(StringBuilder svg, double x, double y, String text, String colour) {
    svg.append(format("<text x='%.1f' y='%.1f' fill='%s'>%s</text>", x, y, colour, text));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
