package io.dunlin.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One request from the shell, through the same REST port every client uses. */
@Command(
    name = "predict",
    description = "Sends one request to a model and prints the answer.",
    footer = {
      "",
      "Examples:",
      "  dunlin predict fraud-detection --input @examples/requests/fraud-detection.json",
      "  dunlin predict chest-xray --image scan.png",
      "  dunlin predict half_plus_two --input '[1.0, 2.0, 5.0]'",
      "  echo '{\"instances\": [1.0]}' | dunlin predict half_plus_two --input @-"
    })
final class PredictCommand implements Callable<Integer> {

  private static final Pattern ENVELOPE = Pattern.compile("\"(instances|inputs)\"\\s*:");
  private static final Pattern ERROR =
      Pattern.compile("^\\s*\\{\\s*\"error\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Option(
      names = "--input",
      paramLabel = "JSON|@FILE",
      description = {
        "A request body ({\"instances\": ..} or {\"inputs\": ..}), or only the instances: an array, or"
            + " one object. @FILE reads it, @- from standard input."
      })
  private @Nullable String input;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "An encoded image (PNG, JPEG), sent as the one instance's bytes.")
  private @Nullable Path image;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "This version; the newest that serves when left out.")
  private @Nullable Long version;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:DUNLIN_URL:-http://127.0.0.1:8501}",
      description = "A gateway's REST port (default: ${DEFAULT-VALUE}).")
  private String url = "";

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (timeoutSeconds < 1) {
      throw new CliException("--timeout: " + timeoutSeconds + " (expected: 1 or more)");
    }
    String body = body();
    Long chosen = version;
    String path = path(model, chosen == null ? OptionalLong.empty() : OptionalLong.of(chosen));
    HttpCalls calls = new HttpCalls(url, "--url", Duration.ofSeconds(timeoutSeconds));
    HttpCalls.Answer answer = calls.send("POST", path, body, Map.of());
    if (!answer.isSuccess()) {
      throw new CliException(model + " answered " + answer.status() + ": " + error(answer.body()));
    }
    terminal.out().println(JsonText.indent(answer.body()));
    return 0;
  }

  private static String path(String model, OptionalLong version) {
    String base = "/v1/models/" + AdminClient.segment(model);
    return base + (version.isPresent() ? "/versions/" + version.getAsLong() : "") + ":predict";
  }

  private String body() throws IOException {
    Path picture = image;
    String text = input;
    if ((picture == null) == (text == null)) {
      throw new CliException("give one of --input JSON, --input @FILE and --image FILE");
    }
    if (picture != null) {
      byte[] bytes = read("--image", picture);
      String encoded = Base64.getEncoder().encodeToString(bytes);
      return "{\"instances\": [{\"b64\": \"" + encoded + "\"}]}";
    }
    return envelope(text == null ? "" : contents(text));
  }

  /** Bodies pass as they are; bare instances are wrapped. */
  static String envelope(String json) {
    String text = json.strip();
    if (text.isEmpty()) {
      throw new CliException("--input is empty (expected: JSON)");
    }
    if (text.startsWith("{")) {
      return ENVELOPE.matcher(text).find() ? text : "{\"instances\": [" + text + "]}";
    }
    return text.startsWith("[")
        ? "{\"instances\": " + text + "}"
        : "{\"instances\": [" + text + "]}";
  }

  private static String contents(String input) throws IOException {
    if (!input.startsWith("@")) {
      return input;
    }
    if (input.equals("@-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return new String(read("--input", Path.of(input.substring(1))), StandardCharsets.UTF_8);
  }

  private static byte[] read(String option, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CliException(option + ": no file " + file, e);
    } catch (IOException e) {
      throw new CliException(option + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The server's own words, where it used TensorFlow Serving's error shape. */
  private static String error(String body) {
    Matcher matcher = ERROR.matcher(body);
    String text = matcher.find() ? matcher.group(1).replaceAll("\\\\(.)", "$1") : body.strip();
    return text.length() > 500 ? text.substring(0, 500) + " .." : text;
  }
}
