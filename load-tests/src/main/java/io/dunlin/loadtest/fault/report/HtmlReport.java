package io.dunlin.loadtest.fault.report;

import io.dunlin.loadtest.fault.scenario.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page with one picture a repeat: answers and failures per 100 ms, and the waits above them on a
 * logarithmic scale. Nothing is loaded from elsewhere. Pure.
 */
public final class HtmlReport {
  private static final int WIDTH = 900;
  private static final int WAITS = 120;
  private static final int COUNTS = 60;
  private static final int LEFT = 60;
  private static final double MAX_MILLIS = 10_000;

  private static final String STYLE =
      """
      body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}
      h2{font-size:1.05rem;margin:2rem 0 .3rem}
      .bad{color:#b3261e}.good{color:#1b6e3c}
      table{border-collapse:collapse}td,th{padding:.15rem .7rem;text-align:right}
      td:first-child,th:first-child{text-align:left}
      svg{width:100%;height:auto;font:10px system-ui,sans-serif}
      .ok{fill:#9cc5a1}.failed{fill:#b3261e}.max{fill:none;stroke:#c77700;stroke-width:1}
      .median{fill:none;stroke:#2a5d9f;stroke-width:1}.event{stroke:#888;stroke-dasharray:3 2}
      .grid{stroke:#ddd}ul{margin:.2rem 0;color:#444}
      """;

  private HtmlReport() {}

  /**
   * The page.
   *
   * @param machine what it ran on, in a line
   */
  public static String of(String machine, List<RunResult> runs) {
    StringBuilder html = new StringBuilder();
    html.append(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Fault suite</title><style>")
        .append(STYLE)
        .append("</style><h1>Fault suite</h1><p>")
        .append(escape(machine))
        .append("</p><p>Green: right answers, red: failures, per 100 ms, by the instant they were")
        .append(" due. Orange: longest wait, blue: median wait.</p>");
    table(html, runs);
    repeated(runs)
        .forEach(
            (scenario, repeats) ->
                html.append("<h2>")
                    .append(escape(scenario))
                    .append(", all ")
                    .append(repeats.size())
                    .append(" repeats</h2>")
                    .append(RepeatsPicture.of(repeats)));
    runs.forEach(run -> picture(html, run));
    return html.append("</html>\n").toString();
  }

  /**
   * For each scenario that was repeated, a picture that stands alone, for documents.
   *
   * @return by the scenario's name
   */
  public static Map<String, String> pictures(List<RunResult> runs) {
    Map<String, String> pictures = new LinkedHashMap<>();
    repeated(runs)
        .forEach((scenario, repeats) -> pictures.put(scenario, RepeatsPicture.of(repeats)));
    return pictures;
  }

  private static Map<String, List<RunResult>> repeated(List<RunResult> runs) {
    Map<String, List<RunResult>> byScenario = new LinkedHashMap<>();
    runs.forEach(
        run -> byScenario.computeIfAbsent(run.scenario(), key -> new ArrayList<>()).add(run));
    byScenario.values().removeIf(repeats -> repeats.size() < 2);
    return byScenario;
  }

  private static void table(StringBuilder html, List<RunResult> runs) {
    html.append("<table><tr><th>scenario<th>run<th>sent<th>ok<th>failed<th>excused")
        .append("<th>p99 at rest<th>longest wait<th>stall<th>full strength</tr>");
    for (RunResult run : runs) {
      html.append("<tr><td class=")
          .append(run.passed() ? "good>" : "bad>")
          .append(escape(run.scenario()));
      cell(html, Integer.toString(run.repeat()));
      cell(html, Long.toString(run.sent()));
      cell(html, Long.toString(run.ok()));
      cell(html, Long.toString(run.failedCount()));
      cell(html, Long.toString(run.excusedCount()));
      cell(html, RunResult.time(run.p99AtRest()));
      cell(html, RunResult.time(run.longestWait()) + (run.isSlow() ? " (over the goal)" : ""));
      cell(html, RunResult.time(run.stall()));
      cell(html, run.toFullStrength().map(RunResult::time).orElse("-"));
      html.append("</tr>");
    }
    html.append("</table>");
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(escape(text));
  }

  private static void picture(StringBuilder html, RunResult run) {
    html.append("<h2 class=")
        .append(run.passed() ? "good>" : "bad>")
        .append(escape(run.scenario()))
        .append(" #")
        .append(run.repeat())
        .append("</h2>");
    List<Timeline.Step> steps = run.timeline().steps();
    double stepWidth = (double) (WIDTH - LEFT) / Math.max(1, steps.size());
    html.append("<svg viewBox='0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(WAITS + COUNTS + 30)
        .append("'>");
    grid(html);
    counts(html, steps, stepWidth);
    waits(html, steps, stepWidth, "max");
    waits(html, steps, stepWidth, "median");
    for (int second = 0; second * 10 < steps.size(); second += 5) {
      text(html, LEFT + second * 10 * stepWidth, WAITS + COUNTS + 22, second + " s");
    }
    int number = 0;
    for (Stage.Event event : run.events()) {
      number++;
      double x = LEFT + event.atNanos() / 1e6 / Timeline.STEP_MILLIS * stepWidth;
      html.append(format("<line class=event x1=%.1f x2=%.1f y1=8 y2=%d />", x, x, WAITS + COUNTS));
      text(html, x + 1, 8, Integer.toString(number));
    }
    html.append("</svg><ol>");
    for (Stage.Event event : run.events()) {
      html.append(format("<li>%.2f s: ", event.atNanos() / 1e9)).append(escape(event.text()));
    }
    html.append("</ol><ul class=bad>");
    run.failed()
        .forEach((verdict, count) -> html.append("<li>").append(count).append(' ').append(verdict));
    run.excused()
        .forEach(
            (reason, count) ->
                html.append("<li>excused: ").append(count).append(' ').append(escape(reason)));
    run.objections().forEach(objection -> html.append("<li>").append(escape(objection)));
    html.append("</ul>");
  }

  private static void grid(StringBuilder html) {
    for (double millis = 1; millis <= MAX_MILLIS; millis *= 10) {
      double y = y(millis);
      html.append(format("<line class=grid x1=%d x2=%d y1=%.1f y2=%.1f />", LEFT, WIDTH, y, y));
      text(html, 2, y + 3, millis < 1000 ? (int) millis + " ms" : (int) (millis / 1000) + " s");
    }
  }

  private static void counts(StringBuilder html, List<Timeline.Step> steps, double stepWidth) {
    int most = steps.stream().mapToInt(step -> step.ok() + step.failed()).max().orElse(1);
    for (int i = 0; i < steps.size(); i++) {
      double x = LEFT + i * stepWidth;
      double ok = (double) COUNTS * steps.get(i).ok() / Math.max(1, most);
      double failed = (double) COUNTS * steps.get(i).failed() / Math.max(1, most);
      bar(html, "ok", x, stepWidth, WAITS + 10 + COUNTS - ok, ok);
      bar(html, "failed", x, stepWidth, WAITS + 10 + COUNTS - ok - failed, failed);
    }
  }

  private static void bar(
      StringBuilder html, String kind, double x, double width, double y, double height) {
    if (height > 0) {
      html.append(
          format(
              "<rect class=%s x=%.1f y=%.1f width=%.2f height=%.1f />", kind, x, y, width, height));
    }
  }

  private static void waits(
      StringBuilder html, List<Timeline.Step> steps, double stepWidth, String kind) {
    html.append("<polyline class=").append(kind).append(" points='");
    for (int i = 0; i < steps.size(); i++) {
      Timeline.Step step = steps.get(i);
      double millis = kind.equals("max") ? step.maxMillis() : step.medianMillis();
      html.append(format("%.1f,%.1f ", LEFT + (i + 0.5) * stepWidth, y(millis)));
    }
    html.append("'/>");
  }

  private static double y(double millis) {
    double share = Math.log10(Math.clamp(millis, 1, MAX_MILLIS)) / Math.log10(MAX_MILLIS);
    return 10 + (WAITS - 10) * (1 - share);
  }

  private static void text(StringBuilder html, double x, double y, String text) {
    html.append(format("<text x=%.1f y=%.1f>", x, y)).append(escape(text)).append("</text>");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
