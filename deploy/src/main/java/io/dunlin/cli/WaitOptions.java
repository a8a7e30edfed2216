package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command that changes something goes about it: on which revision, and how long it waits. */
final class WaitOptions {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  /** How far a change is: over, failed, or in words what is still missing. */
  record Step(boolean over, Optional<String> failure, String words) {

    static Step done(String words) {
      return new Step(true, Optional.empty(), words);
    }

    static Step failed(String reason) {
      return new Step(true, Optional.of(reason), reason);
    }

    static Step waiting(String words) {
      return new Step(false, Optional.empty(), words);
    }
  }

  @Option(names = "--no-wait", description = "Return once the change is accepted.")
  private boolean noWait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait until it is done (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "Refuse when the model has changed since this revision.")
  private @Nullable Long revision;

  OptionalLong revision() {
    Long given = revision;
    return given == null ? OptionalLong.empty() : OptionalLong.of(given);
  }

  /**
   * Waits until {@code look} says it is over, showing what it says on the way.
   *
   * @param accepted the server's answer to the change; an operation it names is watched first
   */
  int finish(
      Terminal terminal, AdminClient client, JsonNode accepted, String done, Supplier<Step> look) {
    if (noWait) {
      terminal.out().println("accepted: " + done);
      return 0;
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
    StatusLine line = new StatusLine(terminal);
    String operation = accepted.path("operation").path("id").asText("");
    if (!operation.isEmpty()) {
      String path = "operations/" + AdminClient.segment(operation);
      until(line, deadline, () -> operation(client.get(path)));
    }
    Step last = until(line, deadline, look);
    line.end();
    terminal.out().println(terminal.green("done") + ": " + last.words());
    return 0;
  }

  private Step until(StatusLine line, long deadline, Supplier<Step> look) {
    while (true) {
      Step step = look.get();
      if (step.failure().isPresent()) {
        line.end();
        throw new CliException(step.failure().get());
      }
      if (step.over()) {
        return step;
      }
      line.show(step.words());
      if (System.nanoTime() - deadline >= 0) {
        line.end();
        throw new CliException(
            "not done after "
                + waitSeconds
                + " s (it goes on; --wait-timeout waits longer): "
                + step.words());
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      if (Thread.interrupted()) {
        throw new CliException("interrupted; the change goes on");
      }
    }
  }

  /** An operation: {@code {"state": "RUNNING|DONE|FAILED", "message": ".."}}. */
  private static Step operation(JsonNode operation) {
    String message = operation.path("message").asText(operation.path("state").asText());
    return switch (operation.path("state").asText()) {
      case "DONE", "SUCCEEDED" -> Step.done(message);
      case "FAILED" -> Step.failed(message);
      default -> Step.waiting(message);
    };
  }
}
