package io.dunlin.loadtest.fault.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.fault.scenario.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The same for programs, and for a later run that goes on with this report: all that the reports
 * show is in it. Times are whole milliseconds.
 */
public final class JsonReport {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final long NANOS_PER_MILLI = 1_000_000;

  private JsonReport() {}

  /** Every repeat; the first failures of each in full. */
  public static String of(List<RunResult> runs) {
    ArrayNode all = MAPPER.createArrayNode();
    runs.forEach(run -> all.add(run(run)));
    return all.toPrettyString();
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @throws IOException when it is something else
   */
  public static List<RunResult> read(String json) throws IOException {
    List<RunResult> runs = new ArrayList<>();
    try {
      for (JsonNode node : MAPPER.readTree(json)) {
        runs.add(run(node));
      }
    } catch (RuntimeException e) {
      throw new IOException("not a report of this suite: " + e.getMessage(), e);
    }
    return runs;
  }

  private static ObjectNode run(RunResult run) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("scenario", run.scenario());
    node.put("repeat", run.repeat());
    node.put("startedAt", run.startedAt().toString());
    node.put("passed", run.passed());
    node.put("slow", run.isSlow());
    node.put("sent", run.sent());
    node.put("ok", run.ok());
    node.put("failed", run.failedCount());
    node.put("sentAgain", run.again());
    ObjectNode kinds = node.putObject("failedBy");
    run.failed().forEach((verdict, count) -> kinds.put(verdict.name(), count));
    ObjectNode excused = node.putObject("excusedFor");
    run.excused().forEach(excused::put);
    node.put("p99AtRestMillis", run.p99AtRest().toMillis());
    node.put("longestWaitMillis", run.longestWait().toMillis());
    node.put("stallMillis", run.stall().toMillis());
    run.waitGoal().ifPresent(goal -> node.put("waitGoalMillis", goal.toMillis()));
    run.toFullStrength().ifPresent(time -> node.put("fullStrengthMillis", time.toMillis()));
    ArrayNode objections = node.putArray("objections");
    run.objections().forEach(objections::add);
    ArrayNode events = node.putArray("events");
    run.events()
        .forEach(
            event ->
                events
                    .addObject()
                    .put("atMillis", event.atNanos() / NANOS_PER_MILLI)
                    .put("text", event.text()));
    ArrayNode failures = node.putArray("failures");
    run.failures().forEach(failure -> failures.add(failure(failure)));
    timeline(node.putObject("timeline"), run.timeline());
    return node;
  }

  private static RunResult run(JsonNode node) {
    Map<Verdict, Long> failed = new EnumMap<>(Verdict.class);
    node.required("failedBy")
        .properties()
        .forEach(kind -> failed.put(Verdict.valueOf(kind.getKey()), kind.getValue().asLong()));
    Map<String, Long> excused = new TreeMap<>();
    node.required("excusedFor")
        .properties()
        .forEach(reason -> excused.put(reason.getKey(), reason.getValue().asLong()));
    List<String> objections = new ArrayList<>();
    node.required("objections").forEach(text -> objections.add(text.asText()));
    List<Stage.Event> events = new ArrayList<>();
    node.required("events")
        .forEach(
            event ->
                events.add(
                    new Stage.Event(
                        event.required("atMillis").asLong() * NANOS_PER_MILLI,
                        event.required("text").asText())));
    List<Ended> failures = new ArrayList<>();
    node.required("failures").forEach(failure -> failures.add(failure(failure)));
    return new RunResult(
        node.required("scenario").asText(),
        node.required("repeat").asInt(),
        Instant.parse(node.required("startedAt").asText()),
        node.required("sent").asLong(),
        node.required("sentAgain").asLong(),
        failures,
        failed,
        excused,
        Duration.ofMillis(node.required("p99AtRestMillis").asLong()),
        Duration.ofMillis(node.required("longestWaitMillis").asLong()),
        Duration.ofMillis(node.required("stallMillis").asLong()),
        time(node.path("waitGoalMillis")),
        time(node.path("fullStrengthMillis")),
        objections,
        events,
        timeline(node.required("timeline")));
  }

  private static Optional<Duration> time(JsonNode millis) {
    return millis.isMissingNode()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(millis.asLong()));
  }

  private static ObjectNode failure(Ended request) {
    return MAPPER
        .createObjectNode()
        .put("number", request.number())
        .put("dueMillis", request.dueNanos() / NANOS_PER_MILLI)
        .put("waitMillis", request.waitNanos() / NANOS_PER_MILLI)
        .put("gateway", request.target() + 1)
        .put("attempts", request.attempts())
        .put("verdict", request.verdict().name())
        .put("version", request.version())
        .put("replica", request.replica())
        .put("detail", request.detail());
  }

  private static Ended failure(JsonNode node) {
    long due = node.required("dueMillis").asLong() * NANOS_PER_MILLI;
    return new Ended(
        node.required("number").asLong(),
        due,
        due + node.required("waitMillis").asLong() * NANOS_PER_MILLI,
        node.required("gateway").asInt() - 1,
        node.required("attempts").asInt(),
        Verdict.valueOf(node.required("verdict").asText()),
        node.required("version").asLong(),
        node.required("replica").asText(),
        node.required("detail").asText());
  }

  /** A row of numbers for each line of the picture, so that thirty repeats stay readable. */
  private static void timeline(ObjectNode node, Timeline timeline) {
    node.put("stepMillis", Timeline.STEP_MILLIS);
    row(node, "ok", timeline, Timeline.Step::ok);
    row(node, "failed", timeline, Timeline.Step::failed);
    row(node, "medianMillis", timeline, Timeline.Step::medianMillis);
    row(node, "maxMillis", timeline, Timeline.Step::maxMillis);
  }

  private static void row(
      ObjectNode node, String name, Timeline timeline, ToDoubleFunction<Timeline.Step> value) {
    StringBuilder row = new StringBuilder();
    for (Timeline.Step step : timeline.steps()) {
      row.append(row.isEmpty() ? "" : " ")
          .append(Math.round(value.applyAsDouble(step) * 10) / 10.0);
    }
    node.put(name, row.toString());
  }

  private static Timeline timeline(JsonNode node) {
    double[] ok = row(node, "ok");
    double[] failed = row(node, "failed");
    double[] median = row(node, "medianMillis");
    double[] max = row(node, "maxMillis");
    List<Timeline.Step> steps = new ArrayList<>();
    for (int i = 0; i < ok.length; i++) {
      steps.add(new Timeline.Step((int) ok[i], (int) failed[i], median[i], max[i]));
    }
    return new Timeline(List.copyOf(steps));
  }

  private static double[] row(JsonNode node, String name) {
    String text = node.required(name).asText();
    if (text.isEmpty()) {
      return new double[0];
    }
    String[] values = text.split(" ", -1);
    double[] row = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      row[i] = Double.parseDouble(values[i]);
    }
    return row;
  }
}
