package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Option;

/** How a command that changes something waits for it, and what it prints. */
final class WaitOptions {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  /** How long a gateway may take to see a change that another one was told of. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);

  @Option(names = "--no-wait", description = "Return once the change is accepted.")
  private boolean noWait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait until it is done (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  @Option(
      names = "--json",
      description = "Print the server's last answer as JSON, and no progress.")
  private boolean json;

  /**
   * Waits until the operation the server started is done, showing its words on the way.
   *
   * @param accepted the server's answer to the change
   * @param change what was asked for, in a few words
   */
  int finish(Terminal terminal, AdminClient client, JsonNode accepted, String change) {
    String operation = accepted.path("operation").path("id").asText("");
    if (noWait || operation.isEmpty()) {
      terminal.out().println(json ? JsonText.indent(accepted.toString()) : "accepted: " + change);
      return 0;
    }
    StatusLine line = new StatusLine(terminal);
    JsonNode last;
    try {
      last = await(client, operation, line);
    } finally {
      line.end();
    }
    String message = last.path("message").asText(change);
    if (json) {
      terminal.out().println(JsonText.indent(last.toString()));
    }
    return switch (last.path("state").asText()) {
      case "DONE" -> {
        if (!json) {
          terminal.out().println(terminal.green("done") + ": " + change + ": " + message);
        }
        yield 0;
      }
      case "SUPERSEDED" -> throw new CliException("superseded by a later change: " + message);
      default -> throw new CliException(message);
    };
  }

  /** The operation when it is over. */
  private JsonNode await(AdminClient client, String operation, StatusLine line) {
    long begun = System.nanoTime();
    String path = "operations/" + AdminClient.segment(operation);
    while (true) {
      Optional<JsonNode> found = client.find(path);
      Duration waited = Duration.ofNanos(System.nanoTime() - begun);
      if (found.isPresent() && !found.get().path("state").asText().equals("RUNNING")) {
        return found.get();
      }
      if (found.isEmpty() && waited.compareTo(SEEN_WITHIN) > 0) {
        throw new CliException(
            "accepted, but the gateway does not know operation "
                + operation
                + " after "
                + Amounts.seconds(waited));
      }
      String words =
          found.map(o -> o.path("message").asText()).orElse("not seen by this gateway yet");
      if (!json) {
        line.show(words);
      }
      if (waited.toSeconds() >= waitSeconds) {
        throw new CliException(
            "not done after "
                + waitSeconds
                + " s (it goes on; --wait-timeout waits longer): "
                + words);
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      if (Thread.interrupted()) {
        throw new CliException("interrupted; the change goes on");
      }
    }
  }
}
