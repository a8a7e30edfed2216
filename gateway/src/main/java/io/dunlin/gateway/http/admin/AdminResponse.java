package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.inference.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API answers.
 *
 * @param status HTTP status
 * @param body JSON
 * @param etag the revision, when the resource has one
 */
public record AdminResponse(int status, JsonNode body, @Nullable String etag) {
  static AdminResponse ok(JsonNode body) {
    return new AdminResponse(200, body, null);
  }

  static AdminResponse failure(ObjectMapper json, Failure failure) {
    ObjectNode body = json.createObjectNode();
    body.put("error", failure.message());
    body.put("code", failure.code().code());
    return new AdminResponse(failure.code().httpStatus(), body, null);
  }
}
