package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.inference.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** This process itself: its probes, its metrics, and the pages that say what is here. */
final class ProcessResource {
  private final ObjectMapper json;
  private final AdminApi.Health health;
  private final TextSource metrics;
  private final String index = resource("index.html");
  private final String description = resource("openapi.json");

  ProcessResource(ObjectMapper json, AdminApi.Health health, TextSource metrics) {
    this.json = json;
    this.health = health;
    this.metrics = metrics;
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of(
            "GET",
            "/",
            (request, names) -> Seen.done(AdminResponse.text("text/html; charset=utf-8", index))),
        AdminRoute.of(
            "GET",
            "/openapi.json",
            (request, names) -> Seen.done(AdminResponse.text("application/json", description))),
        AdminRoute.of(
            "GET",
            "/health/live",
            (request, names) ->
                Seen.done(AdminResponse.ok(json.createObjectNode().put("live", true)))),
        AdminRoute.of("GET", "/health/ready", (request, names) -> Seen.done(ready())),
        AdminRoute.of("GET", "/metrics", (request, names) -> Seen.done(metrics())));
  }

  private AdminResponse ready() {
    String reason = health.notReadyBecause();
    ObjectNode body = json.createObjectNode().put("ready", reason.isEmpty());
    if (!reason.isEmpty()) {
      body.put("error", reason).put("code", FailureCode.UNAVAILABLE.code());
    }
    return AdminResponse.json(reason.isEmpty() ? 200 : 503, body);
  }

  private AdminResponse metrics() {
    return AdminResponse.text(metrics.contentType(), metrics.text());
  }

  private static String resource(String name) {
    try (InputStream in = ProcessResource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
