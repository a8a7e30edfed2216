package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.history.EventPosition;
import io.dunlin.shared.inference.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the admin API answers.
 *
 * @param status HTTP status
 * @param content what is in the body
 * @param headers further headers, in order
 */
public record AdminResponse(int status, Content content, List<Map.Entry<String, String>> headers) {

  /** The kinds of body. */
  public sealed interface Content {}

  /** A JSON document. */
  public record Json(JsonNode document) implements Content {}

  /** Text that is there already. */
  public record Text(String contentType, byte[] bytes) implements Content {}

  /** The cluster's history from a position on, without end. */
  public record EventStream(EventPosition after) implements Content {}

  static AdminResponse ok(JsonNode body) {
    return json(200, body);
  }

  static AdminResponse json(int status, JsonNode body) {
    return new AdminResponse(status, new Json(body), List.of());
  }

  static AdminResponse text(String contentType, String text) {
    return new AdminResponse(
        200, new Text(contentType, text.getBytes(StandardCharsets.UTF_8)), List.of());
  }

  static AdminResponse failure(ObjectMapper json, Failure failure) {
    ObjectNode body = json.createObjectNode();
    body.put("error", failure.message());
    body.put("code", failure.code().code());
    return json(failure.code().httpStatus(), body);
  }

  AdminResponse withHeader(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new AdminResponse(status, content, List.copyOf(more));
  }

  /** With the revision as a strong entity tag. */
  AdminResponse withRevision(long revision) {
    return withHeader("ETag", "\"" + revision + "\"");
  }
}
