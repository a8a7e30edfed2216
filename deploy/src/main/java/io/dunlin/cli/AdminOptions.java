package io.dunlin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which cluster a client command speaks to. */
final class AdminOptions {

  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = "${env:DUNLIN_ADMIN:-http://127.0.0.1:8502}",
      description = "The admin port of any process of the cluster (default: ${DEFAULT-VALUE}).")
  private String url = "";

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long one request may take (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  AdminClient client() {
    if (timeoutSeconds < 1) {
      throw new CliException("--request-timeout: " + timeoutSeconds + " (expected: 1 or more)");
    }
    return new AdminClient(url, Duration.ofSeconds(timeoutSeconds));
  }

  /** For commands that print data. */
  static final class Output {

    @Option(names = "--json", description = "Print the server's JSON instead of a table.")
    private boolean json;

    /** Prints {@code data} as JSON where that was asked for. */
    boolean printed(JsonNode data, Terminal terminal) {
      if (json) {
        terminal.out().println(JsonText.indent(data.toString()));
      }
      return json;
    }
  }
}
