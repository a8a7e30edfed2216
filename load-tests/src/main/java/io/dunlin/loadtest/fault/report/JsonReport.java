package io.dunlin.loadtest.fault.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.fault.oracle.Ended;
import java.util.List;

/** The same for programs. Pure. */
public final class JsonReport {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int MAX_FAILURES = 200;

  private JsonReport() {}

  /** Every repeat; the first failures of each in full. */
  public static String of(List<RunResult> runs) {
    ArrayNode all = MAPPER.createArrayNode();
    runs.forEach(run -> all.add(run(run)));
    return all.toPrettyString();
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
    node.put("failed", run.failures().size());
    node.put("excused", run.excused().size());
    ObjectNode kinds = node.putObject("failedBy");
    run.failed().forEach((verdict, count) -> kinds.put(verdict.name(), count));
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
                    .put("atMillis", event.atNanos() / 1_000_000)
                    .put("text", event.text()));
    ArrayNode failures = node.putArray("failures");
    run.failures().stream().limit(MAX_FAILURES).forEach(failure -> failures.add(failure(failure)));
    return node;
  }

  private static ObjectNode failure(Ended request) {
    return MAPPER
        .createObjectNode()
        .put("number", request.number())
        .put("dueMillis", request.dueNanos() / 1_000_000)
        .put("waitMillis", request.waitNanos() / 1_000_000)
        .put("gateway", request.target() + 1)
        .put("attempts", request.attempts())
        .put("verdict", request.verdict().name())
        .put("version", request.version())
        .put("replica", request.replica())
        .put("detail", request.detail());
  }
}
