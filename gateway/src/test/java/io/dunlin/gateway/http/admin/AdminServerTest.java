package io.dunlin.gateway.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin port over real sockets: changes, conditions, refusals, the history. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminServerTest {
  private static final String M = "/admin/v1/models/";

  private final AdminFixture admin = new AdminFixture();
  private int number;
  private String name = "";

  @BeforeEach
  void deployOne() {
    admin.controllerAway = false;
    name = "m" + number++;
    assertThat(put("{\"source\": \"/models/m\"}").statusCode()).isEqualTo(202);
  }

  @AfterAll
  void stop() {
    admin.close();
  }

  private HttpResponse<String> put(String spec, String... headers) {
    return admin.send("PUT", M + name, spec, headers);
  }

  private JsonNode model() {
    return AdminFixture.json(admin.get(M + name));
  }

  @Test
  void aDeploymentIsAcceptedWithItsRevisionAndOperation() {
    HttpResponse<String> answer = put("{\"source\": \"/models/m\", \"replicas\": 2}");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("ETag")).contains("\"2\"");
    String operation = AdminFixture.json(answer).path("operation").path("id").asText();
    assertThat(operation).isEqualTo("deploy." + name + ".2");
    assertThat(answer.headers().firstValue("Location"))
        .contains("/admin/v1/operations/" + operation);
    JsonNode done = AdminFixture.json(admin.get("/admin/v1/operations/" + operation));
    assertThat(done.path("state").asText()).isEqualTo("DONE");
    assertThat(done.path("progress").path("wanted").asInt()).isEqualTo(4);
  }

  @Test
  void whatWasPutIsReadBackAtOnceWithItsSpecAndRevision() {
    put("source: /models/m\nreplicas: {min: 1, max: 3}\n", "Content-Type", "application/yaml");
    HttpResponse<String> answer = admin.get(M + name);
    assertThat(answer.headers().firstValue("ETag")).contains("\"2\"");
    JsonNode model = AdminFixture.json(answer);
    assertThat(model.path("spec").path("replicas").path("max").asInt()).isEqualTo(3);
    assertThat(model.path("versions").path(0).path("state").asText()).isEqualTo("READY");
    assertThat(model.path("versions").path(0).path("wantedReplicas").asInt()).isEqualTo(1);
  }

  @Test
  void aBodyWithoutAMediaTypeIsJsonOrYamlByItsLooks() {
    assertThat(put("source: /models/other\n").statusCode()).isEqualTo(202);
    assertThat(model().path("source").asText()).isEqualTo("/models/other");
  }

  @Test
  void replicasAboveCapacityAreAcceptedPlacedInPartAndExplained() {
    HttpResponse<String> answer = put("{\"source\": \"/models/m\", \"replicas\": 3}");
    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode operation = AdminFixture.json(admin.get("/admin/v1/operations/deploy." + name + ".2"));
    assertThat(operation.path("state").asText()).isEqualTo("RUNNING");
    assertThat(operation.path("message").asText()).isEqualTo("4 of 6 ready, 2 without a node");
    JsonNode placement = AdminFixture.json(admin.get("/admin/v1/placement/" + name));
    assertThat(placement.path("placed").asInt()).isEqualTo(4);
    JsonNode unplaced = placement.path("replicas").path(2);
    assertThat(unplaced.path("outcome").asText()).isEqualTo("NOT_PLACED");
    assertThat(unplaced.path("candidates").path(0).path("rejections").path(0).path("reason"))
        .hasToString("\"holds one already\"");
    assertThat(unplaced.path("wouldFitIf").path(0).asText()).isEqualTo("another node joined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"source\": \"/m\", \"replica\": 2} | replica",
        "{\"source\": \"/m\", \"memory\": \"-1GiB\"} | memory: ",
        "{\"source\": \"/m\", \"replicas\": -1} | replicas",
        "{\"replicas\": 2} | source",
        "{\"source\": \"/m\" | not JSON at line 1",
        "{\"source\": \"/m\", \"source\": \"/n\"} | Duplicate",
        "{\"source\": \"/m\", \"name\": \"another\"} | name",
        "[1] | "
      })
  void aSpecThatIsWrongIsRefusedByName(String spec, String named) {
    HttpResponse<String> answer = put(spec, "Content-Type", "application/json");
    assertThat(AdminFixture.error(answer)).startsWith("400 ").contains(named == null ? "" : named);
    assertThat(AdminFixture.json(answer).path("code").asText()).isEqualTo("invalid_argument");
    assertThat(model().path("revision").asInt()).as("nothing half done").isEqualTo(1);
  }

  @Test
  void aBodyThatIsNotUtf8IsRefused() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin.base + M + name))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'{', (byte) 0xff, '}'}))
            .build();
    assertThat(AdminFixture.error(admin.send(request, HttpResponse.BodyHandlers.ofString())))
        .isEqualTo("400 request body: not UTF-8 (expected: UTF-8 text)");
  }

  @Test
  void aNameThatCannotBeOneIsRefused() {
    assertThat(AdminFixture.error(admin.send("PUT", M + "a%20b", "{\"source\": \"/m\"}")))
        .startsWith("400 model name: 'a b'");
  }

  @Test
  void aStaleRevisionChangesNothing() {
    put("{\"source\": \"/models/m\"}");
    HttpResponse<String> stale = put("{\"source\": \"/x\"}", "If-Match", "\"1\"");
    assertThat(AdminFixture.error(stale)).startsWith("412 revision: 1 (expected: 2");
    assertThat(AdminFixture.json(stale).path("code").asText()).isEqualTo("stale_revision");
    assertThat(put("{\"source\": \"/x\"}", "If-Match", "\"2\"").statusCode()).isEqualTo(202);
    assertThat(AdminFixture.error(admin.send("DELETE", M + name, "", "If-Match", "\"1\"")))
        .startsWith("412 ");
    assertThat(
            AdminFixture.error(
                admin.send("PATCH", M + name, "{\"replicas\": 2}", "If-Match", "\"1\"")))
        .startsWith("412 revision: 1 (expected: 3");
  }

  @Test
  void aConditionNobodyUnderstandsIsRefused() {
    assertThat(AdminFixture.error(put("{\"source\": \"/x\"}", "If-Match", "\"soon\"")))
        .startsWith("400 If-Match: \"soon\" (expected: one revision");
  }

  @Test
  void creatingOnlyRefusesWhatIsThereAndTakesWhatWasUndeployed() {
    assertThat(AdminFixture.error(put("{\"source\": \"/x\"}", "If-None-Match", "*")))
        .startsWith("412 If-None-Match: *");
    assertThat(admin.send("DELETE", M + name, "").statusCode()).isEqualTo(202);
    assertThat(admin.get(M + name).statusCode()).isEqualTo(404);
    assertThat(AdminFixture.error(put("{\"source\": \"/x\"}", "If-Match", "*")))
        .startsWith("412 If-Match: *");
    assertThat(put("{\"source\": \"/x\"}", "If-None-Match", "*").statusCode()).isEqualTo(202);
  }

  @Test
  void aPatchChangesWhatItNames() {
    HttpResponse<String> answer = admin.send("PATCH", M + name, "{\"replicas\": 2}");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(model().path("spec").path("replicas").path("min").asInt()).isEqualTo(2);
    assertThat(model().path("source").asText()).isEqualTo("/models/m");
    assertThat(AdminFixture.error(admin.send("PATCH", M + name, "{\"replcas\": 2}")))
        .startsWith("400 ")
        .contains("replcas");
    assertThat(AdminFixture.error(admin.send("PATCH", M + "none", "{\"replicas\": 2}")))
        .isEqualTo("404 model 'none' is not deployed");
  }

  @Test
  void undeployingEndsWithEveryReplicaGone() {
    HttpResponse<String> answer = admin.send("DELETE", M + name, "");
    String id = AdminFixture.json(answer).path("operation").path("id").asText();
    assertThat(AdminFixture.json(admin.get("/admin/v1/operations/" + id)).path("state").asText())
        .isEqualTo("DONE");
    assertThat(AdminFixture.error(admin.send("DELETE", M + name, "")))
        .isEqualTo("404 model '" + name + "' is not deployed");
  }

  @Test
  void anAliasIsSetSplitRolledBackAndTakenAway() {
    String alias = M + name + "/aliases/stable";
    assertThat(admin.send("PUT", alias, "{\"version\": 1}").statusCode()).isEqualTo(202);
    HttpResponse<String> split = admin.send("PUT", alias, "{\"split\": {\"1\": 90, \"2\": 10}}");
    assertThat(split.statusCode()).isEqualTo(202);
    String id = AdminFixture.json(split).path("operation").path("id").asText();
    assertThat(id).isEqualTo("alias." + name + ".stable.3");
    assertThat(AdminFixture.json(admin.get("/admin/v1/operations/" + id)).path("message").asText())
        .isEqualTo("stable is switched, epoch 2");
    JsonNode aliases = AdminFixture.json(admin.get(M + name + "/aliases")).path("aliases");
    assertThat(aliases.path("stable").path("split").path("1").asInt()).isEqualTo(90);
    assertThat(aliases.path("stable").path("previous").path("version").asInt()).isEqualTo(1);

    assertThat(admin.send("POST", alias + "/rollback", "").statusCode()).isEqualTo(202);
    assertThat(model().path("aliases").path("stable").path("version").asInt()).isEqualTo(1);
    assertThat(model().path("aliases").path("stable").path("epoch").asInt()).isEqualTo(3);

    HttpResponse<String> gone = admin.send("DELETE", alias, "");
    assertThat(gone.body()).contains("unalias." + name + ".stable.5");
    assertThat(model().path("aliases").isEmpty()).isTrue();
    assertThat(AdminFixture.error(admin.send("DELETE", alias, "")))
        .startsWith("404 alias: 'stable'");
    assertThat(AdminFixture.error(admin.send("POST", alias + "/rollback", "")))
        .startsWith("404 alias: 'stable'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"version\": 9} | version: [9] (expected: one of [1, 2])",
        "{\"version\": \"two\"} | version: \"two\" (expected: a version number)",
        "{\"version\": 1.5} | version: 1.5",
        "{\"version\": 1, \"split\": {\"1\": 100}} | expected: either",
        "{} | expected: either",
        "{\"split\": {}} | split: {}",
        "{\"split\": {\"1\": 90}} | split: adds up to 90 (expected: 100)",
        "{\"split\": {\"1\": 0, \"2\": 100}} | split.1: 0 (expected: 1 to 100 percent)",
        "{\"split\": {\"x\": 100}} | split: key 'x'",
        "{\"versoin\": 1} | unknown key: 'versoin' (expected: split, version)",
        "oops | not JSON at line 1"
      })
  void anAliasTargetThatIsWrongIsRefusedByName(String body, String named) {
    assertThat(AdminFixture.error(admin.send("PUT", M + name + "/aliases/stable", body)))
        .startsWith("400 ")
        .contains(named);
  }

  @Test
  void anAliasThatCouldBeAVersionIsRefused() {
    assertThat(AdminFixture.error(admin.send("PUT", M + name + "/aliases/12", "{\"version\": 1}")))
        .startsWith("400 alias: '12'");
    assertThat(AdminFixture.error(admin.send("PUT", M + name + "/aliases/a.b", "{\"version\": 1}")))
        .startsWith("400 alias: 'a.b'");
  }

  @Test
  void aNodeIsDrainedAndResumed() {
    HttpResponse<String> drain = admin.send("POST", "/admin/v1/nodes/node-b/drain", "");
    assertThat(drain.statusCode()).isEqualTo(202);
    assertThat(AdminFixture.json(drain).path("operation").path("id").asText())
        .isEqualTo("drain.node-b.1");
    JsonNode node = AdminFixture.json(admin.get("/admin/v1/nodes/node-b"));
    assertThat(node.path("state").asText()).isEqualTo("DRAINED");
    assertThat(
            AdminFixture.json(admin.get("/admin/v1/operations/drain.node-b.1"))
                .path("state")
                .asText())
        .isEqualTo("DONE");
    assertThat(admin.send("POST", "/admin/v1/nodes/node-b/resume", "").statusCode()).isEqualTo(202);
    assertThat(AdminFixture.json(admin.get("/admin/v1/nodes/node-b")).path("state").asText())
        .isEqualTo("UP");
    assertThat(AdminFixture.error(admin.send("POST", "/admin/v1/nodes/node-z/drain", "")))
        .isEqualTo("404 node: 'node-z' (expected: one of [node-a, node-b])");
  }

  @Test
  void aDryRunSaysWhatWouldHappen() {
    JsonNode lost =
        AdminFixture.json(
            admin.send("POST", "/admin/v1/placement/dry-run", "{\"lostNodes\": [\"node-a\"]}"));
    assertThat(lost.path("fits").asBoolean()).isFalse();
    assertThat(lost.path("displaced").toString()).contains(name + "/1/0");
    JsonNode spec =
        AdminFixture.json(
            admin.send(
                "POST",
                "/admin/v1/placement/dry-run",
                "{\"spec\": {\"name\": \"new\", \"source\": \"/new\"}}"));
    assertThat(spec.path("starts").path(0).path("replica").asText()).isEqualTo("new/1/0");
    assertThat(admin.get(M + "new").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | expected: spec, lostNodes, or both",
        "{\"lostNodes\": [\"node-z\"]} | lostNodes: \"node-z\" (expected: some of [node-a, node-b])",
        "{\"lostNodes\": \"node-a\"} | expected: an array",
        "{\"spec\": {\"source\": \"/m\"}} | name",
        "{\"spce\": 1} | unknown key: 'spce'"
      })
  void aDryRunThatAsksNothingIsRefused(String body, String named) {
    assertThat(AdminFixture.error(admin.send("POST", "/admin/v1/placement/dry-run", body)))
        .startsWith("400 ")
        .contains(named);
  }

  @Test
  void whileTheControllerIsAwayReadsGoOnAndWritesSaySo() {
    admin.controllerAway = true;
    assertThat(AdminFixture.error(put("{\"source\": \"/x\"}")))
        .isEqualTo(
            "503 the controller did not answer within 5 s; the change may still be made: look"
                + " before you repeat it");
    assertThat(model().path("revision").asInt()).isEqualTo(1);
    JsonNode placement = AdminFixture.json(admin.get("/admin/v1/placement/" + name));
    assertThat(placement.path("explained").asBoolean()).isFalse();
    assertThat(placement.path("unexplained").asText())
        .isEqualTo("the controller did not answer within 3 s");
    assertThat(placement.path("replicas").path(0).path("node").asText()).isEqualTo("node-a");
    assertThat(placement.path("replicas").path(0).path("state").asText()).isEqualTo("READY");
    assertThat(
            admin
                .send("POST", "/admin/v1/placement/dry-run", "{\"lostNodes\": [\"node-a\"]}")
                .statusCode())
        .isEqualTo(503);
  }

  @Test
  void bodiesAboveOneMebibyteAreRefused() {
    HttpResponse<String> declared = put("{\"source\": \"" + "x".repeat(1 << 20) + "\"}");
    assertThat(AdminFixture.error(declared))
        .isEqualTo("413 request body: too large (expected: <= 1048576 bytes)");
    HttpRequest chunked =
        HttpRequest.newBuilder(URI.create(admin.base + M + name))
            .PUT(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofByteArrays(
                        java.util.Collections.nCopies(20, new byte[100_000]))))
            .build();
    assertThat(admin.send(chunked, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
  }

  @Test
  void aMethodThatIsNotThereIsRefusedWithThoseThatAre() {
    HttpResponse<String> answer = admin.send("POST", M + name, "");
    assertThat(AdminFixture.error(answer))
        .isEqualTo("405 method: POST (expected: GET, PUT, PATCH, DELETE)");
    assertThat(answer.headers().firstValue("Allow")).contains("GET, PUT, PATCH, DELETE");
    assertThat(AdminFixture.error(admin.get("/admin/v1/nowhere")))
        .isEqualTo("404 path: /admin/v1/nowhere is not a resource of this port");
  }

  @Test
  void operationsThatNeverWereAreNotFoundOrMalformed() {
    assertThat(admin.get("/admin/v1/operations/deploy." + name + ".99").statusCode())
        .isEqualTo(404);
    assertThat(AdminFixture.error(admin.get("/admin/v1/operations/banana")))
        .startsWith("400 operation: 'banana' (expected: deploy");
  }

  @Test
  void theClusterShowsGatewaysByNameAndEveryUptime() {
    JsonNode cluster = AdminFixture.json(admin.get("/admin/v1/cluster"));
    assertThat(cluster.path("controller").asText()).isEqualTo("node-a");
    assertThat(cluster.path("leader").asText()).isEqualTo("node-a");
    assertThat(cluster.path("name").asText()).isEqualTo("dunlin");
    assertThat(cluster.path("members").findValuesAsText("id"))
        .containsExactly("gateway-a", "node-a", "node-b");
    assertThat(cluster.path("members").findValuesAsText("uptimeSeconds"))
        .containsExactly("90", "90", "90");
    assertThat(cluster.path("members").path(0).path("admin").asText()).isEqualTo("a:2");
  }

  @Test
  void theHistoryIsReadAsJsonFromAPositionOn() {
    JsonNode all = AdminFixture.json(admin.get("/admin/v1/events?format=json"));
    JsonNode last = all.path("events").path(all.path("events").size() - 1);
    put("{\"source\": \"/models/changed\"}");
    JsonNode later =
        AdminFixture.json(
            admin.send(
                "GET",
                "/admin/v1/events?after=" + last.path("id").asText(),
                "",
                "Accept",
                "application/json"));
    assertThat(later.path("gap").asBoolean()).isFalse();
    assertThat(later.path("events").path(0).path("type").asText()).isEqualTo("model.changed");
    assertThat(later.path("events").path(0).path("subject").asText()).isEqualTo(name);
    assertThat(AdminFixture.error(admin.get("/admin/v1/events?after=x")))
        .startsWith("400 event id");
    assertThat(AdminFixture.error(admin.get("/admin/v1/events?format=xml")))
        .startsWith("400 format");
  }

  @Test
  void theHistoryStreamsWhatWasAndWhatComes() throws IOException {
    JsonNode all = AdminFixture.json(admin.get("/admin/v1/events?format=json"));
    JsonNode last = all.path("events").path(all.path("events").size() - 1);
    put("{\"source\": \"/models/first\"}");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin.base + "/admin/v1/events"))
            .header("Last-Event-ID", last.path("id").asText())
            .build();
    HttpResponse<InputStream> stream =
        admin.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("retry: 2000");
      assertThat(lines.readLine()).isEmpty();
      String first = event(lines);
      assertThat(first).startsWith("id: run-").contains("event: model.changed\n", "\"revision\":2");
      put("{\"source\": \"/models/second\"}");
      assertThat(event(lines)).contains("event: model.changed\n", "\"revision\":3");
    }
  }

  private static String event(BufferedReader lines) throws IOException {
    StringBuilder event = new StringBuilder();
    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
      event.append(line).append('\n');
    }
    return event.toString();
  }

  @Test
  void theProcessTellsItsHealthMetricsAndPages() {
    assertThat(admin.get("/health/live").body()).contains("\"live\" : true");
    assertThat(admin.get("/health/ready").statusCode()).isEqualTo(200);
    admin.notReady = "still joining";
    HttpResponse<String> notReady = admin.get("/health/ready");
    admin.notReady = "";
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(notReady.body()).contains("still joining");
    assertThat(admin.get("/metrics").body()).isEqualTo("dunlin_up 1\n");
    assertThat(admin.get("/metrics").headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain");
    assertThat(admin.get("/").body()).contains("<h1>Dunlin admin</h1>");
  }
}
