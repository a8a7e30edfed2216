package io.dunlin.gateway.http;

/** The answer for a path that belongs to no protocol. */
final class NotFound {
  private NotFound() {}

  static ApiResponse response() {
    return ApiResponse.json(
        404,
        "{\"error\": \"Not Found\", \"hint\": \"this port serves /v1/models/... (TensorFlow Serving)"
            + " and /v2/... (Open Inference Protocol)\"}");
  }
}
