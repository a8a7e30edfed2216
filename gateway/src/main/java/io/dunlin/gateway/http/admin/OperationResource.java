package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.Operation;
import io.dunlin.gateway.http.admin.operation.OperationId;
import io.dunlin.gateway.http.admin.operation.Operations;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.shared.inference.Failure;
import java.util.List;

/** {@code /admin/v1/operations/{id}}: how far accepted work is. */
final class OperationResource {
  private final ObjectMapper json;
  private final ClusterPicture picture;

  OperationResource(ObjectMapper json, ClusterPicture picture) {
    this.json = json;
    this.picture = picture;
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of(
            "GET",
            "/admin/v1/operations/{operation}",
            (request, names) -> Seen.done(AdminResponse.ok(operation(names.get(0))))));
  }

  private ObjectNode operation(String text) {
    OperationId id =
        OperationId.parse(text)
            .orElseThrow(
                () ->
                    Bodies.invalid(
                        "operation: '"
                            + text
                            + "' (expected: deploy|undeploy.<model>.<revision>,"
                            + " alias|unalias.<model>.<alias>.<revision>, or"
                            + " drain|resume.<node>.<incarnation>)"));
    Operation found =
        new Operations(Seen.now(picture))
            .find(id)
            .orElseThrow(
                () ->
                    Failure.notFound("operation '" + text + "' is not known to this gateway")
                        .toException());
    ObjectNode body = json.createObjectNode();
    body.put("id", text);
    body.put("kind", id.kind());
    body.put("target", id.target());
    body.put("state", found.state().name());
    body.putObject("progress").put("ready", found.ready()).put("wanted", found.wanted());
    body.put("message", found.message());
    return body;
  }
}
