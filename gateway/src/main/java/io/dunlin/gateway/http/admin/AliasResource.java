package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.OperationId;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** {@code /admin/v1/models/{model}/aliases}: what labels stand for. */
final class AliasResource {
  /** Nothing that could be a version or split an operation's id. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

  private final ObjectMapper json;
  private final Controller controller;
  private final ClusterPicture picture;

  AliasResource(ObjectMapper json, Controller controller, ClusterPicture picture) {
    this.json = json;
    this.controller = controller;
    this.picture = picture;
  }

  List<AdminRoute> routes() {
    String all = "/admin/v1/models/{model}/aliases";
    String one = all + "/{alias}";
    return List.of(
        AdminRoute.of("GET", all, (request, names) -> Seen.done(all(names.get(0)))),
        AdminRoute.of("PUT", one, (request, n) -> put(request, n.get(0), n.get(1))),
        AdminRoute.of("DELETE", one, (request, n) -> delete(request, n.get(0), n.get(1))),
        AdminRoute.of(
            "POST", one + "/rollback", (request, n) -> rollback(request, n.get(0), n.get(1))));
  }

  /** A label as JSON: one version, or shares in percent. */
  static ObjectNode view(ObjectMapper json, Alias alias) {
    ObjectNode body = weights(json, alias.active());
    body.put("epoch", alias.epoch());
    if (!alias.pending().isEmpty()) {
      body.set("pending", weights(json, alias.pending()));
    }
    if (!alias.previous().isEmpty()) {
      body.set("previous", weights(json, alias.previous()));
    }
    return body;
  }

  private static ObjectNode weights(ObjectMapper json, Map<Long, Integer> weights) {
    ObjectNode body = json.createObjectNode();
    if (weights.size() == 1) {
      return body.put("version", weights.keySet().iterator().next());
    }
    if (!weights.isEmpty()) {
      ObjectNode split = body.putObject("split");
      new TreeMap<>(weights).forEach((version, weight) -> split.put(version.toString(), weight));
    }
    return body;
  }

  private AdminResponse all(String model) {
    CatalogEntry entry = Seen.entry(Seen.now(picture), model);
    ObjectNode body = json.createObjectNode().put("model", model);
    body.put("revision", entry.revision());
    ObjectNode aliases = body.putObject("aliases");
    new TreeMap<>(entry.aliases()).forEach((label, alias) -> aliases.set(label, view(json, alias)));
    return AdminResponse.ok(body).withRevision(entry.revision());
  }

  private CompletionStage<AdminResponse> put(AdminRequest request, String model, String alias) {
    if (!NAME.matcher(alias).matches()) {
      throw Bodies.invalid(
          "alias: '"
              + alias
              + "' (expected: a letter or '_', then up to 63 letters, digits, '-', '_')");
    }
    Map<Long, Integer> weights = target(request);
    return change(request, model, alias, weights, true);
  }

  private CompletionStage<AdminResponse> delete(AdminRequest request, String model, String alias) {
    Bodies.requireNone(request);
    requireAlias(model, alias);
    return change(request, model, alias, Map.of(), false);
  }

  private CompletionStage<AdminResponse> change(
      AdminRequest request, String model, String alias, Map<Long, Integer> weights, boolean set) {
    CatalogEntry entry = Seen.entry(Seen.now(picture), model);
    Long revision = Preconditions.of(request).insistOn(model, entry);
    return controller
        .change(replyTo -> new ControlProtocol.SetAlias(model, alias, weights, revision, replyTo))
        .thenApply(accepted -> answer(accepted, model, alias, set));
  }

  private CompletionStage<AdminResponse> rollback(
      AdminRequest request, String model, String alias) {
    Bodies.requireNone(request);
    CatalogEntry entry = requireAlias(model, alias);
    Long revision = Preconditions.of(request).insistOn(model, entry);
    return controller
        .change(replyTo -> new ControlProtocol.Rollback(model, alias, revision, replyTo))
        .thenApply(accepted -> answer(accepted, model, alias, true));
  }

  private CatalogEntry requireAlias(String model, String alias) {
    CatalogEntry entry = Seen.entry(Seen.now(picture), model);
    if (!entry.aliases().containsKey(alias)) {
      throw Failure.notFound(
              "alias: '"
                  + alias
                  + "' of model '"
                  + model
                  + "' (expected: one of "
                  + entry.aliases().keySet().stream().sorted().toList()
                  + ")")
          .toException();
    }
    return entry;
  }

  private AdminResponse answer(
      ControlProtocol.Accepted accepted, String model, String alias, boolean set) {
    ObjectNode body = json.createObjectNode();
    body.put("model", model).put("alias", alias).put("revision", accepted.revision());
    return AcceptedAnswer.of(body, new OperationId.Alias(model, alias, set, accepted.revision()))
        .withRevision(accepted.revision());
  }

  private static Map<Long, Integer> target(AdminRequest request) {
    ObjectNode body = Bodies.object(request, Set.of("version", "split"));
    JsonNode version = body.path("version");
    JsonNode split = body.path("split");
    if (version.isMissingNode() == split.isMissingNode()) {
      throw Bodies.invalid(
          "request body: "
              + body
              + " (expected: either {\"version\": 2} or {\"split\": {\"1\": 90, \"2\": 10}})");
    }
    return split.isMissingNode() ? Map.of(number(version), 100) : shares(split);
  }

  private static long number(JsonNode version) {
    if (!version.isIntegralNumber() || !version.canConvertToLong() || version.asLong() < 0) {
      throw Bodies.invalid("version: " + version + " (expected: a version number)");
    }
    return version.asLong();
  }

  private static Map<Long, Integer> shares(JsonNode split) {
    if (!split.isObject() || split.isEmpty()) {
      throw Bodies.invalid("split: " + split + " (expected: {\"version\": percent, ..})");
    }
    Map<Long, Integer> shares = new TreeMap<>();
    long sum = 0;
    for (Map.Entry<String, JsonNode> share : split.properties()) {
      JsonNode percent = share.getValue();
      if (!percent.isInt() || percent.asInt() < 1 || percent.asInt() > 100) {
        throw Bodies.invalid(
            "split." + share.getKey() + ": " + percent + " (expected: 1 to 100 percent)");
      }
      try {
        shares.put(Long.parseLong(share.getKey()), percent.asInt());
      } catch (NumberFormatException e) {
        throw Bodies.invalid("split: key '" + share.getKey() + "' (expected: a version number)");
      }
      sum += percent.asInt();
    }
    if (sum != 100) {
      throw Bodies.invalid("split: adds up to " + sum + " (expected: 100)");
    }
    return shares;
  }
}
