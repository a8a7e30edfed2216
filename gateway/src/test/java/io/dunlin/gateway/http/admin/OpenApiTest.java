package io.dunlin.gateway.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description says what is served, all of it, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private final AdminFixture admin = new AdminFixture();
  private JsonNode description = new ObjectMapper().createObjectNode();

  @BeforeAll
  void read() {
    description = AdminFixture.json(admin.get("/openapi.json"));
  }

  @BeforeEach
  void deploy() {
    admin.send("PUT", "/admin/v1/models/m", "{\"source\": \"/models/m\"}");
  }

  @AfterAll
  void stop() {
    admin.close();
  }

  private Stream<String> described() {
    return description.path("paths").properties().stream()
        .flatMap(
            path ->
                path.getValue().properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(METHODS::contains)
                    .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
  }

  Stream<String> ofTheAdminPort() {
    return description().filter(OpenApiTest::isAdmin);
  }

  private Stream<String> description() {
    if (description.isEmpty()) {
      read();
    }
    return described();
  }

  private static boolean isAdmin(String operation) {
    return !operation.contains(" /v1/") && !operation.contains(" /v2");
  }

  @Test
  void everyRouteServedIsDescribedAndNoOther() {
    TreeSet<String> served = new TreeSet<>();
    admin.api.routes().forEach(route -> served.add(route.method() + " " + route.template()));
    assertThat(described().filter(OpenApiTest::isAdmin))
        .containsExactlyInAnyOrderElementsOf(served);
  }

  @ParameterizedTest
  @MethodSource("ofTheAdminPort")
  void everyDescribedRouteAnswersWithADescribedStatus(String operation) throws IOException {
    String method = operation.substring(0, operation.indexOf(' '));
    String template = operation.substring(operation.indexOf(' ') + 1);
    String path =
        template
            .replace("{model}", "m")
            .replace("{node}", "node-a")
            .replace("{alias}", "a")
            .replace("{operation}", "deploy.m.1");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin.base + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<InputStream> answer =
        admin.send(request, HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close();
    JsonNode responses =
        description
            .path("paths")
            .path(template)
            .path(method.toLowerCase(Locale.ROOT))
            .path("responses");
    assertThat(responses.has(Integer.toString(answer.statusCode())))
        .as(operation + " answered " + answer.statusCode())
        .isTrue();
  }

  @Test
  void answersHaveThePropertiesTheSchemasRequireAndNoOthers() {
    admin.send("PUT", "/admin/v1/models/m/aliases/s", "{\"split\": {\"1\": 90, \"2\": 10}}");
    assertFits(admin.get("/admin/v1/cluster"), "Cluster");
    assertFits(admin.get("/admin/v1/nodes/node-a"), "Node");
    assertFits(admin.get("/admin/v1/models/m"), "Model");
    assertFits(admin.get("/admin/v1/placement/m"), "Placement");
    assertFits(admin.get("/admin/v1/operations/deploy.m.1"), "Operation");
    assertFits(admin.get("/admin/v1/models/none"), "Error");
    assertFits(admin.send("PATCH", "/admin/v1/models/m", "{\"replicas\": 2}"), "AcceptedModel");
    assertFits(
        admin.send("POST", "/admin/v1/placement/dry-run", "{\"lostNodes\": [\"node-a\"]}"),
        "DryRun");
  }

  private void assertFits(HttpResponse<String> answer, String schema) {
    assertFits(AdminFixture.json(answer), schema(schema), schema);
  }

  private JsonNode schema(String name) {
    return description.path("components").path("schemas").path(name);
  }

  private void assertFits(JsonNode value, JsonNode schema, String where) {
    JsonNode resolved = schema;
    if (schema.has("$ref")) {
      String ref = schema.path("$ref").asText();
      resolved = schema(ref.substring(ref.lastIndexOf('/') + 1));
    }
    assertThat(resolved.isMissingNode()).as(where + " has no schema").isFalse();
    if (value.isArray()) {
      for (JsonNode item : value) {
        assertFits(item, resolved.path("items"), where + "[]");
      }
    } else if (value.isObject() && resolved.has("properties")) {
      JsonNode properties = resolved.path("properties");
      resolved
          .path("required")
          .forEach(name -> assertThat(value.has(name.asText())).as(where + "." + name).isTrue());
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        String name = where + "." + field.getKey();
        assertFits(field.getValue(), properties.path(field.getKey()), name);
      }
    } else if (resolved.has("enum")) {
      List<String> allowed =
          StreamSupport.stream(resolved.path("enum").spliterator(), false)
              .map(JsonNode::asText)
              .toList();
      assertThat(allowed).as(where).contains(value.asText());
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = description.findValuesAsText("$ref");
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(description.at(Objects.requireNonNull(reference).substring(1)).isMissingNode())
          .as(reference)
          .isFalse();
    }
  }
}
