package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.OperationId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** 202: stored, and the work goes on under an operation's id. */
final class AcceptedAnswer {
  private AcceptedAnswer() {}

  static AdminResponse of(ObjectNode body, OperationId operation) {
    body.putObject("operation").put("id", operation.toString());
    String escaped =
        URLEncoder.encode(operation.toString(), StandardCharsets.UTF_8).replace("+", "%20");
    return AdminResponse.json(202, body).withHeader("Location", "/admin/v1/operations/" + escaped);
  }
}
