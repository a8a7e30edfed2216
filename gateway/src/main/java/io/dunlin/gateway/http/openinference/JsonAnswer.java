package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import java.util.List;

/** Answers other than inference results: small documents, and failures in V2's error shape. */
final class JsonAnswer {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_MESSAGE_CHARS = 2048;
  private static final byte[] NOTHING = new byte[0];

  private JsonAnswer() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ApiResponse ok(JsonNode document) {
    return of(200, document);
  }

  /** Success without content: still exactly 200, since Triton's clients take 204 for a failure. */
  static ApiResponse ok() {
    return new ApiResponse(200, ApiResponse.JSON, NOTHING, 0, List.of(), null, null);
  }

  static ApiResponse of(int status, JsonNode document) {
    byte[] body = bytes(document);
    return new ApiResponse(status, ApiResponse.JSON, body, body.length, List.of(), null, null);
  }

  static ApiResponse failure(Failure failure) {
    return failure(failure, object());
  }

  /** A failure with further members in its document. */
  static ApiResponse failure(Failure failure, ObjectNode document) {
    document.put("error", shortened(failure.message()));
    document.put("code", failure.code().code());
    byte[] body = bytes(document);
    return new ApiResponse(
        failure.code().httpStatus(),
        ApiResponse.JSON,
        body,
        body.length,
        List.of(),
        null,
        failure.retryAfter());
  }

  static ApiResponse notFound() {
    return failure(new Failure(FailureCode.NOT_FOUND, "Not Found"));
  }

  static ApiResponse methodNotAllowed(String allowed) {
    ApiResponse plain = failure(new Failure(FailureCode.METHOD_NOT_ALLOWED, "Method Not Allowed"));
    return new ApiResponse(
        plain.status(),
        plain.contentType(),
        plain.body(),
        plain.bodyLength(),
        List.of(new ApiResponse.Header("Allow", allowed)),
        null,
        null);
  }

  /** A message may quote the request; not without bound. */
  private static String shortened(String message) {
    if (message.length() <= MAX_MESSAGE_CHARS) {
      return message;
    }
    boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_MESSAGE_CHARS - 1));
    return message.substring(0, MAX_MESSAGE_CHARS - (splitsPair ? 1 : 0)) + "...";
  }

  private static byte[] bytes(JsonNode document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain JSON nodes could not be written", e);
    }
  }
}
