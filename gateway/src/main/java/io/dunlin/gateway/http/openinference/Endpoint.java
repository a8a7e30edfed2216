package io.dunlin.gateway.http.openinference;

/** What a V2 path names, and the one method it is called with. */
enum Endpoint {
  SERVER_METADATA("GET"),
  SERVER_LIVE("GET"),
  SERVER_READY("GET"),
  MODEL_LIST("GET"),
  MODEL_METADATA("GET"),
  MODEL_READY("GET"),
  MODEL_CONFIG("GET"),
  MODEL_INFER("POST"),
  MODEL_STATISTICS("GET"),
  ALL_STATISTICS("GET"),
  REPOSITORY_INDEX("POST"),
  REPOSITORY_LOAD("POST"),
  REPOSITORY_UNLOAD("POST");

  private final String method;

  Endpoint(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }
}
