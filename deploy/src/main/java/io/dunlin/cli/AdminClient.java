package io.dunlin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The admin port's API, as the commands use it. Every refusal becomes one line. */
final class AdminClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/admin/v1/";

  private final HttpCalls calls;

  AdminClient(String url, Duration timeout) {
    this.calls = new HttpCalls(url, "--admin", timeout);
  }

  static ObjectMapper json() {
    return JSON;
  }

  /** A path's segment, escaped: names may hold what paths may not. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether the admin port is on a loopback address. */
  boolean isOnThisMachine() {
    String host = calls.base().getHost();
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  JsonNode get(String path) {
    return success("GET", path, send("GET", path, "", OptionalLong.empty()));
  }

  /** As {@link #get}, but empty where there is nothing of that name. */
  Optional<JsonNode> find(String path) {
    HttpCalls.Answer answer = send("GET", path, "", OptionalLong.empty());
    if (answer.status() == 404 && !parse(answer.body()).path("error").isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(success("GET", path, answer));
  }

  /**
   * Changes something.
   *
   * @param body JSON; null for none
   * @param revision the revision this change was decided on; the server refuses it when a newer one
   *     is there
   */
  JsonNode change(String method, String path, Optional<JsonNode> body, OptionalLong revision) {
    String text = body.map(JsonNode::toString).orElse("");
    return success(method, path, send(method, path, text, revision));
  }

  private HttpCalls.Answer send(String method, String path, String body, OptionalLong revision) {
    Map<String, String> headers =
        revision.isPresent() ? Map.of("If-Match", "\"" + revision.getAsLong() + "\"") : Map.of();
    return calls.send(method, ROOT + path, body, headers);
  }

  private JsonNode success(String method, String path, HttpCalls.Answer answer) {
    JsonNode body = parse(answer.body());
    if (answer.isSuccess()) {
      if (body.isMissingNode() && !answer.body().isBlank()) {
        throw new CliException(
            calls.base()
                + " did not answer "
                + method
                + " "
                + ROOT
                + path
                + " with JSON: is this Dunlin's admin port?");
      }
      return body;
    }
    throw new CliException(refusal(method, path, answer, body.path("error").asText("")));
  }

  private String refusal(String method, String path, HttpCalls.Answer answer, String error) {
    String asked = method + " " + ROOT + path;
    if (answer.status() == 412) {
      return "changed meanwhile, nothing was done: " + (error.isEmpty() ? asked : error);
    }
    if (!error.isEmpty()) {
      return error;
    }
    if (answer.status() == 404 || answer.status() == 405 || answer.status() == 501) {
      return "the server at "
          + calls.base()
          + " does not offer this ("
          + asked
          + " answered "
          + answer.status()
          + ")";
    }
    return calls.base() + " answered " + answer.status() + " to " + asked;
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
