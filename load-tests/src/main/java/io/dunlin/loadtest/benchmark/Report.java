package io.dunlin.loadtest.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.benchmark.Ratio.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of a scenario, as a table for people and a tree for programs.
 *
 * @param scenario what was measured
 * @param settings how
 * @param machine on what
 * @param ratios wanted of it
 * @param rounds the figures, by subject
 */
record Report(
    Scenario scenario,
    Settings settings,
    Machine machine,
    List<Ratio> ratios,
    Map<String, List<Figures>> rounds) {

  String text() {
    StringBuilder out = new StringBuilder(2048);
    line(out, "%s: %s", scenario.name(), scenario.question());
    line(
        out,
        "%s; %s; %d connections, %d rounds of %.1f s",
        machine.describe(),
        machine.date(),
        settings.connections(),
        settings.rounds(),
        settings.roundLength().toMillis() / 1e3);
    line(out, "");
    line(
        out,
        "%-14s %21s %8s %8s %8s %8s  %6s %8s %9s %7s  %5s %6s %7s",
        "subject",
        "req/s (least..most)",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "max ms",
        "cores",
        "us CPU/r",
        "bytes/r",
        "heap MB",
        "gen.",
        "others",
        "not ok");
    rounds.forEach((name, figures) -> subject(out, new Summary(name, figures)));
    line(out, "");
    for (Ratio ratio : ratios) {
      Spread spread = ratio.over(rounds);
      line(
          out,
          "%-20s %-14s / %-14s %7.3f  (%.3f..%.3f)%s",
          ratio.name(),
          ratio.of(),
          ratio.to(),
          spread.median(),
          spread.least(),
          spread.most(),
          ratio.goal().isEmpty() ? "" : "   goal " + ratio.goal());
    }
    objections().forEach(text -> line(out, "  wrong: %s", text));
    return out.toString();
  }

  private static void subject(StringBuilder out, Summary summary) {
    Spread rate = summary.perSecond();
    line(
        out,
        "%-14s %,8.0f %12s %8.3f %8.3f %8.3f %8.1f  %6.2f %8.1f %,9.0f %7.0f  %5.2f %6.2f %7d",
        summary.name(),
        rate.median(),
        "(%.0f..%.0f)".formatted(rate.least(), rate.most()),
        summary.millis(50),
        summary.millis(95),
        summary.millis(99),
        summary.millis(100),
        summary.serverCores(),
        summary.cpuMicrosPerRequest(),
        summary.bytesPerRequest(),
        summary.peakHeapBytes() / 1e6,
        summary.generatorCores(),
        summary.othersCores(),
        summary.notOk());
  }

  ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("scenario", scenario.name());
    root.put("question", scenario.question());
    machine.into(root.putObject("machine"));
    ObjectNode how = root.putObject("settings");
    how.put("rounds", settings.rounds());
    how.put("roundSeconds", settings.roundLength().toMillis() / 1e3);
    how.put("roundWarmupSeconds", settings.roundWarmup().toMillis() / 1e3);
    how.put("warmupSeconds", settings.warmup().toMillis() / 1e3);
    how.put("connections", settings.connections());
    settings.serverFlags().forEach(how.putArray("serverFlags")::add);
    ObjectNode variants = how.putObject("variants");
    settings.variants().forEach((name, flags) -> variants.put(name, String.join(" ", flags)));
    ArrayNode subjects = root.putArray("subjects");
    rounds.forEach((name, figures) -> subjects.add(subjectJson(new Summary(name, figures))));
    ArrayNode all = root.putArray("ratios");
    for (Ratio ratio : ratios) {
      ObjectNode node = all.addObject();
      node.put("figure", ratio.name()).put("of", ratio.of()).put("to", ratio.to());
      spread(node, ratio.over(rounds));
      node.put("goal", ratio.goal());
    }
    objections().forEach(root.putArray("objections")::add);
    return root;
  }

  String jsonText() {
    return json().toPrettyString() + "\n";
  }

  private static ObjectNode subjectJson(Summary summary) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", summary.name());
    spread(node.putObject("requestsPerSecond"), summary.perSecond());
    ObjectNode millis = node.putObject("millis");
    for (double percentile : new double[] {50, 90, 95, 99, 99.9, 100}) {
      millis.put(
          "p" + (percentile % 1 == 0 ? "%.0f" : "%.1f").formatted(percentile),
          summary.millis(percentile));
    }
    node.put("serverCores", summary.serverCores());
    node.put("generatorCores", summary.generatorCores());
    node.put("othersCores", summary.othersCores());
    node.put("cpuMicrosPerRequest", summary.cpuMicrosPerRequest());
    node.put("bytesPerRequest", summary.bytesPerRequest());
    node.put("peakHeapBytes", summary.peakHeapBytes());
    node.put("collectionMillis", summary.collectionMillis());
    node.put("ok", summary.ok());
    Map<String, Long> others = new TreeMap<>();
    summary
        .rounds()
        .forEach(
            figures ->
                figures
                    .others()
                    .forEach((how, count) -> others.merge(how.name(), count, Long::sum)));
    others.forEach(node.putObject("notOk")::put);
    return node;
  }

  private static void spread(ObjectNode node, Spread spread) {
    node.put("median", spread.median());
    node.put("least", spread.least());
    node.put("most", spread.most());
  }

  private List<String> objections() {
    return rounds.values().stream()
        .flatMap(List::stream)
        .flatMap(figures -> figures.objections().stream())
        .distinct()
        .limit(10)
        .toList();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
