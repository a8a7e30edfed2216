package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client commands against a real HTTP server: what they ask, what they print, how they fail. */
class ClientCommandsTest {

  private static final String MODELS =
      """
      {"models":[
        {"name":"chest-xray","replicas":{"min":2,"max":2},"device":"any","revision":17,
         "aliases":{"stable":{"version":1},"canary":{"split":{"1":90,"2":10}}},
         "versions":[
           {"version":1,"state":"READY","readyReplicas":2,"replicas":2,"reason":"","loadMillis":412,
            "memoryBytes":12582912},
           {"version":2,"state":"FAILED","readyReplicas":0,"replicas":2,"reason":"no signatures",
            "loadMillis":0,"memoryBytes":0}]},
        {"name":"empty","versions":[]}]}
      """;

  private final Shell shell = new Shell();
  private FakeServer server;

  ClientCommandsTest() throws IOException {
    server = new FakeServer();
  }

  @BeforeEach
  void startServer() {
    server.on("GET", "/admin/v1/models", 200, MODELS);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void modelsAreATableWithEveryVersionItsAliasesAndWhyItFailed() {
    shell.run("models", "--admin", server.url());
    assertThat(shell.out().lines())
        .containsExactly(
            "MODEL       VERSION  STATE    REPLICAS   LOAD  MEMORY  ALIASES            DEVICE  REASON",
            "chest-xray  v1       READY      2 of 2  0.4 s  12 MiB  stable,canary 90%  any",
            "            v2       FAILED     0 of 2                 canary 10%         any     no"
                + " signatures",
            "empty                PENDING                                                      no"
                + " version yet");
    assertThat(shell.status()).isZero();
  }

  @Test
  void jsonIsWhatTheServerSaid() {
    shell.run("models", "--json", "--admin", server.url());
    assertThat(shell.out()).contains("\"memoryBytes\": 12582912").startsWith("{\n");
  }

  @Test
  void statusCountsMembersAndNamesWhatIsIll() {
    server.on(
        "GET",
        "/admin/v1/cluster",
        200,
        """
        {"name":"dunlin","leader":"a","controller":"b","members":[
          {"id":"node-a","address":"127.0.0.1:17355","roles":["gateway","node"],"status":"Up",
           "reachable":true,"zone":"","version":"0.1.0","uptimeSeconds":185},
          {"id":"node-b","address":"127.0.0.1:17357","roles":["node"],"status":"Up",
           "reachable":false,"zone":"","version":"0.1.0","uptimeSeconds":60}]}
        """);
    shell.run("status", "--admin", server.url());
    assertThat(shell.out().lines())
        .containsExactly(
            "cluster dunlin: 2 members, leader a, controller b",
            "MEMBER  ROLES         STATUS       VERSION  UPTIME  ADDRESS",
            "node-a  gateway,node  UP           0.1.0     3 min  127.0.0.1:17355",
            "node-b  node          UNREACHABLE  0.1.0     1 min  127.0.0.1:17357",
            "models: 1 of 2 versions ready: chest-xray v2 FAILED");
  }

  @Test
  void nodesShowDeviceMemoryAndLoad() {
    server.on(
        "GET",
        "/admin/v1/nodes",
        200,
        """
        {"nodes":[{"id":"node-a","address":"127.0.0.1:17355","zone":"rack-1",
          "state":"UP","device":{"kind":"gpu:0","name":"H100","memoryBytes":85899345920},
          "ledger":{"deviceReservedBytes":12582912,"deviceFreeBytes":85886763008},
          "replicas":[{"replica":"m/1/0","state":"READY"},{"replica":"m/2/0","state":"LOADING"}],
          "load":{"busy":0.372,"queuedRows":3,"requests":1200}}]}
        """);
    shell.run("nodes", "--admin", server.url());
    assertThat(shell.out().lines().skip(1))
        .singleElement()
        .asString()
        .contains("gpu:0 H100", "12 MiB of 80 GiB", "1 of 2", "37%", "1200", "rack-1");
  }

  @Test
  void placementExplainsWinnersAndLosers() {
    server.on(
        "GET",
        "/admin/v1/placement/chest-xray",
        200,
        """
        {"model":"chest-xray","revision":17,"wanted":3,"placed":2,"explained":true,"replicas":[
          {"replica":"chest-xray/3/0","version":3,"ordinal":0,"outcome":"KEPT","node":"node-b",
           "device":"gpu:0","state":"READY",
           "score":{"total":0.81,"parts":{"spread":0.4,"fit":0.31,"artifact":0.1,"load":0}}},
          {"replica":"chest-xray/3/1","version":3,"ordinal":1,"outcome":"PLACED","node":"node-c",
           "device":"gpu:0","state":"LOADING",
           "score":{"total":0.66,"parts":{"spread":0.4,"fit":0.26}}},
          {"replica":"chest-xray/3/2","version":3,"ordinal":2,"outcome":"NOT_PLACED","node":"",
           "candidates":[
             {"node":"node-a","rejections":[
               {"filter":"device","reason":"device is cpu, model asks for gpu"}]},
             {"node":"node-b","rejections":[{"filter":"spread","reason":"holds replica 0"}]},
             {"node":"node-c","rejections":[
               {"filter":"memory","reason":"needs 6.1 GiB, 2.3 GiB free"}]}],
           "wouldFitIf":["3.8 GiB were freed on node-c","another gpu node joined"]}]}
        """);
    shell.run("placement", "chest-xray", "--admin", server.url());
    assertThat(shell.out())
        .isEqualTo(
            """
            chest-xray v3: 2 of 3 replicas placed (revision 17)
              0  node-b gpu:0  READY    score 0.81 = spread 0.40 + fit 0.31 + artifact 0.10
              1  node-c gpu:0  LOADING  score 0.66 = spread 0.40 + fit 0.26
              2  not placed    node-a: device is cpu, model asks for gpu; node-b: holds
                               replica 0; node-c: needs 6.1 GiB, 2.3 GiB free
                 would fit if  3.8 GiB were freed on node-c, or another gpu node joined
            """);
  }

  @Test
  void placementOfAllModelsNamesVersionsAndSaysWhenReasonsAreMissing() {
    server.on(
        "GET",
        "/admin/v1/placement",
        200,
        """
        {"models":[{"model":"m","revision":4,"wanted":2,"placed":2,"explained":false,
          "unexplained":"the controller did not answer within 3 s","replicas":[
          {"replica":"m/1/0","version":1,"ordinal":0,"node":"a","device":"cpu","state":"READY"},
          {"replica":"m/2/0","version":2,"ordinal":0,"node":"b","device":"cpu","state":"FAILED",
           "reason":"no signatures"}]}]}
        """);
    shell.run("placement", "--admin", server.url());
    assertThat(shell.out())
        .isEqualTo(
            """
            m: 2 of 2 replicas placed (revision 4)
              v1 0  a cpu  READY
              v2 0  b cpu  FAILED  no signatures
              no reasons: the controller did not answer within 3 s
            """);
  }

  private void accepted(String method, String path, String operation) {
    server.on(
        method,
        "/admin/v1/" + path,
        202,
        "{\"revision\":3,\"operation\":{\"id\":\"" + operation + "\"}}");
  }

  private void operation(String id, String state, String message) {
    server.on(
        "GET",
        "/admin/v1/operations/" + id,
        200,
        "{\"id\":\"%s\",\"state\":\"%s\",\"message\":\"%s\"}".formatted(id, state, message));
  }

  @Test
  void deployPutsTheSpecAndWaitsUntilItServes(@TempDir Path source) {
    accepted("PUT", "models/churn", "deploy.churn.3");
    operation("deploy.churn.3", "RUNNING", "0 of 2 ready, 1 loading");
    operation("deploy.churn.3", "DONE", "2 of 2 ready");
    shell.run(
        "deploy",
        "churn",
        "--source",
        source.toString(),
        "--replicas",
        "2",
        "--device",
        "cpu",
        "--revision",
        "4",
        "--admin",
        server.url());
    assertThat(shell.status()).as(shell.err()).isZero();
    assertThat(shell.out()).isEqualTo("  0 of 2 ready, 1 loading\ndone: churn: 2 of 2 ready\n");
    assertThat(shell.err()).contains("holds no version yet");
    FakeServer.Asked put = server.asked().getFirst();
    assertThat(put.ifMatch()).isEqualTo("\"4\"");
    assertThat(put.body())
        .isEqualTo(
            "{\"name\":\"churn\",\"source\":\""
                + source
                + "\",\"replicas\":{\"min\":2,\"max\":2},\"device\":\"cpu\"}");
  }

  @Test
  void aRelativeSourceIsMadeAbsolute() throws IOException {
    accepted("PUT", "models/churn", "deploy.churn.3");
    Path here = Path.of("").toAbsolutePath();
    Path folder = Files.createTempDirectory(here, "source");
    try {
      Files.createDirectory(folder.resolve("1"));
      shell.run(
          "deploy",
          "churn",
          "--source",
          "./" + folder.getFileName(),
          "--no-wait",
          "--admin",
          server.url());
    } finally {
      Files.delete(folder.resolve("1"));
      Files.delete(folder);
    }
    assertThat(shell.out()).isEqualTo("accepted: churn\n");
    assertThat(shell.err()).isEmpty();
    assertThat(server.asked().getFirst().body()).contains("\"source\":\"" + folder + "\"");
  }

  @Test
  void aSourceThatIsNotThereIsRefusedBeforeAnythingIsAsked(@TempDir Path folder) {
    Path missing = folder.resolve("no");
    assertThat(failure("deploy", "churn", "--source", missing.toString()))
        .isEqualTo(
            "dunlin deploy: --source: "
                + missing
                + " is not there, nothing was done (expected: a folder with"
                + " <version>/saved_model.pb)");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aModelThatFailsFailsTheDeployWithItsReason(@TempDir Path source) {
    accepted("PUT", "models/churn", "deploy.churn.3");
    operation("deploy.churn.3", "FAILED", "v1 failed: too bad");
    shell.run("deploy", "churn", "--source", source.toString(), "--admin", server.url());
    assertThat(shell.status()).isEqualTo(1);
    assertThat(shell.err()).endsWith("dunlin deploy: v1 failed: too bad\n");
  }

  @Test
  void aChangeThatWasOvertakenSaysSo() {
    accepted("PATCH", "models/m", "deploy.m.3");
    operation("deploy.m.3", "SUPERSEDED", "undeployed at revision 4");
    assertThat(failure("scale", "m", "2"))
        .isEqualTo("dunlin scale: superseded by a later change: undeployed at revision 4");
  }

  @Test
  void anOperationTheGatewayHasNotSeenYetIsWaitedFor() {
    accepted("PATCH", "models/m", "deploy.m.3");
    server.on("GET", "/admin/v1/operations/deploy.m.3", 404, "{\"error\":\"not known\"}");
    operation("deploy.m.3", "DONE", "2 of 2 ready");
    shell.run("scale", "m", "2", "--admin", server.url());
    assertThat(shell.out())
        .isEqualTo("  not seen by this gateway yet\ndone: m to 2 replicas: 2 of 2 ready\n");
  }

  @Test
  void waitingEndsWithWhatIsMissing() {
    accepted("PATCH", "models/m", "deploy.m.3");
    operation("deploy.m.3", "RUNNING", "1 of 2 ready, 1 without a node");
    shell.run("scale", "m", "2", "--wait-timeout", "0", "--admin", server.url());
    assertThat(shell.status()).isEqualTo(1);
    assertThat(shell.err())
        .isEqualTo(
            "dunlin scale: not done after 0 s (it goes on; --wait-timeout waits longer): 1 of 2"
                + " ready, 1 without a node\n");
  }

  @Test
  void aChangesOutcomeIsPrintedAsJson() {
    accepted("PATCH", "models/m", "deploy.m.3");
    operation("deploy.m.3", "DONE", "2 of 2 ready");
    shell.run("scale", "m", "2", "--json", "--admin", server.url());
    assertThat(shell.out()).startsWith("{\n").contains("\"state\": \"DONE\"");
    Shell unwaited =
        new Shell().run("scale", "m", "2", "--json", "--no-wait", "--admin", server.url());
    assertThat(unwaited.out()).contains("\"revision\": 3");
  }

  @Test
  void changesAreSentAsTheContractSays() {
    server.on("DELETE", "/admin/v1/models/m", 200, "");
    server.on("PATCH", "/admin/v1/models/m", 200, "{}");
    server.on("PUT", "/admin/v1/models/m/aliases/stable", 200, "{}");
    server.on("POST", "/admin/v1/models/m/aliases/stable/rollback", 200, "{}");
    server.on("POST", "/admin/v1/nodes/node%20b/drain", 200, "{}");
    server.on("POST", "/admin/v1/nodes/node%20b/resume", 200, "{}");
    String[] to = {"--no-wait", "--admin", server.url()};
    new Shell().run("undeploy", "m", to[0], to[1], to[2]);
    new Shell().run("scale", "m", "2..4", to[0], to[1], to[2]);
    new Shell().run("alias", "m", "stable", "2", to[0], to[1], to[2]);
    new Shell().run("rollback", "m", "stable", to[0], to[1], to[2]);
    new Shell().run("drain", "node b", to[0], to[1], to[2]);
    new Shell().run("resume", "node b", to[0], to[1], to[2]);
    assertThat(server.asked())
        .extracting(a -> a.method() + " " + a.path() + " " + a.body())
        .containsExactly(
            "DELETE /admin/v1/models/m ",
            "PATCH /admin/v1/models/m {\"replicas\":{\"min\":2,\"max\":4}}",
            "PUT /admin/v1/models/m/aliases/stable {\"version\":2}",
            "POST /admin/v1/models/m/aliases/stable/rollback ",
            "POST /admin/v1/nodes/node%20b/drain ",
            "POST /admin/v1/nodes/node%20b/resume ");
  }

  @Test
  void drainWaitsUntilTheNodeHoldsNothing() {
    accepted("POST", "nodes/b/drain", "drain.b.-7");
    operation("drain.b.-7", "RUNNING", "b: 1 replica left to move");
    operation("drain.b.-7", "DONE", "b holds no replicas");
    shell.run("drain", "b", "--admin", server.url());
    assertThat(shell.out())
        .isEqualTo("  b: 1 replica left to move\ndone: drain of b: b holds no replicas\n");
  }

  @Test
  void refusalsAreOneLine() {
    server.on(
        "DELETE", "/admin/v1/models/none", 404, "{\"error\":\"no model none\",\"code\":\"x\"}");
    assertThat(failure("undeploy", "none")).isEqualTo("dunlin undeploy: no model none");

    server.on("PATCH", "/admin/v1/models/m", 412, "{\"error\":\"revision is 9\"}");
    assertThat(failure("scale", "m", "2"))
        .isEqualTo("dunlin scale: changed meanwhile, nothing was done: revision is 9");

    server.on("POST", "/admin/v1/nodes/b/drain", 501, "");
    assertThat(failure("drain", "b"))
        .isEqualTo(
            "dunlin drain: the server at "
                + server.url()
                + " does not offer this (POST /admin/v1/nodes/b/drain answered 501)");

    assertThat(failure("nodes"))
        .startsWith("dunlin nodes: the server at ")
        .endsWith("(GET /admin/v1/nodes answered 404)");

    server.on("GET", "/admin/v1/cluster", 200, "<html>");
    assertThat(failure("status")).contains("is this Dunlin's admin port?");
  }

  @Test
  void nobodyThereIsOneLine() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    shell.run("models", "--admin", "http://127.0.0.1:" + port);
    assertThat(shell.status()).isEqualTo(1);
    assertThat(shell.err())
        .isEqualTo(
            "dunlin models: nothing answers at http://127.0.0.1:"
                + port
                + ": start Dunlin (./dunlin up), or name it with --admin\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "http://", "not a url"})
  void urlsAreChecked(String url) {
    shell.run("models", "--admin", url);
    assertThat(shell.err()).contains("--admin: " + url, "(expected: http://HOST:PORT)");
    assertThat(shell.status()).isEqualTo(1);
  }

  @Test
  void predictSendsAFileAndPrintsTheAnswerIndented(@TempDir Path folder) throws IOException {
    Path request = folder.resolve("a request.json");
    Files.writeString(request, "{\"instances\": [1.0]}");
    server.on("POST", "/v1/models/half/versions/2:predict", 200, "{\"predictions\":[2.5]}");
    shell.run(
        "predict", "half", "--model-version", "2", "--input", "@" + request, "--url", server.url());
    assertThat(shell.out()).isEqualTo("{\n  \"predictions\": [2.5]\n}\n");
    assertThat(server.asked().getLast().body()).isEqualTo("{\"instances\": [1.0]}");
  }

  @Test
  void predictWrapsAnImageAndBareInstances(@TempDir Path folder) throws IOException {
    Path image = folder.resolve("scan.png");
    Files.write(image, new byte[] {1, 2, 3, -1});
    server.on("POST", "/v1/models/m:predict", 200, "{}");
    shell.run("predict", "m", "--image", image.toString(), "--url", server.url());
    new Shell().run("predict", "m", "--input", "[1, 2]", "--url", server.url());
    new Shell().run("predict", "m", "--input", "{\"amount\": 3}", "--url", server.url());
    assertThat(server.asked())
        .extracting(FakeServer.Asked::body)
        .containsExactly(
            "{\"instances\": [{\"b64\": \"AQID/w==\"}]}",
            "{\"instances\": [1, 2]}",
            "{\"instances\": [{\"amount\": 3}]}");
  }

  @Test
  void predictTellsTheServersWordsAndItsOwnMistakes(@TempDir Path folder) {
    server.on("POST", "/v1/models/m:predict", 400, "{ \"error\": \"input \\\"x\\\" is missing\" }");
    shell.run("predict", "m", "--input", "[1]", "--url", server.url());
    assertThat(shell.err()).isEqualTo("dunlin predict: m answered 400: input \"x\" is missing\n");

    Shell none = new Shell().run("predict", "m");
    assertThat(none.err()).contains("give one of --input JSON, --input @FILE and --image FILE");
    Shell missing = new Shell().run("predict", "m", "--input", "@" + folder.resolve("no"));
    assertThat(missing.err())
        .isEqualTo("dunlin predict: --input: no file " + folder.resolve("no") + "\n");
    assertThat(missing.status()).isEqualTo(1);
  }

  private String failure(String... command) {
    Shell failed = new Shell();
    String[] args = new String[command.length + 2];
    System.arraycopy(command, 0, args, 0, command.length);
    args[command.length] = "--admin";
    args[command.length + 1] = server.url();
    failed.run(args);
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    return failed.err().strip();
  }
}
