package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.FaultCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A model whose runs take longer than its callers wait, asked by four callers at once for eight
 * seconds. Each of them must hear in time that it will not be in time, and nobody else may notice.
 */
final class SlowRuntime implements Scenario {
  private static final int CALLERS = 4;
  private static final Duration LASTS = Duration.ofSeconds(8);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** What an answer may take beyond its deadline, on a machine that is busy with slow runs. */
  private static final Duration GRACE = Duration.ofMillis(700);

  private static final String BODY =
      """
      {"inputs": [{"name": "work", "shape": [1], "datatype": "INT32", "data": [2500]},
                  {"name": "x", "shape": [1], "datatype": "FP32", "data": [1.0]}]}
      """;

  @Override
  public String name() {
    return "slow-runtime";
  }

  @Override
  public String says() {
    return "a model's runs take longer than its callers wait; each is told in time, others go on";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Scenario.super.prepare(stage);
    // One lane: the other core is for everybody else.
    stage.serve("slow", "slow", 1, "threading: {lanes: 1}\n");
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault(CALLERS + " callers ask a model for runs that take longer than they wait");
    Map<Integer, Integer> statuses = new TreeMap<>();
    long until = stage.nowNanos() + LASTS.toNanos();
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < CALLERS; i++) {
        callers.execute(() -> ask(stage, client, until, statuses));
      }
      callers.shutdown();
      if (!callers.awaitTermination(60, TimeUnit.SECONDS)) {
        stage.object("a caller of the slow model still waits after a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      callers.shutdownNow();
    }
    synchronized (statuses) {
      stage.note("what they were told: " + statuses);
      if (!statuses.containsKey(504)) {
        stage.object("nobody was told 504 (expected: those whose run was under way)");
      }
    }
    stage.awaitFullStrength();
  }

  private static void ask(
      Stage stage, HttpClient client, long until, Map<Integer, Integer> statuses) {
    HttpRequest request = request(stage.cluster());
    while (stage.nowNanos() < until) {
      long asked = stage.nowNanos();
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        Duration took = Duration.ofNanos(stage.nowNanos() - asked);
        synchronized (statuses) {
          statuses.merge(answer.statusCode(), 1, Integer::sum);
        }
        if (answer.statusCode() != 504
            && answer.statusCode() != 503
            && answer.statusCode() != 429) {
          stage.object("slow: " + answer.statusCode() + " " + answer.body());
        }
        if (took.compareTo(TIMEOUT.plus(GRACE)) > 0) {
          stage.object("slow: answered after " + took.toMillis() + " ms (deadline 1 s)");
        }
        if (answer.statusCode() != 504) {
          stage.pause(Duration.ofMillis(100)); // as Retry-After asks, but sooner
        }
      } catch (IOException e) {
        stage.object("slow: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static HttpRequest request(FaultCluster cluster) {
    InetSocketAddress gateway = cluster.gateways().getFirst();
    return HttpRequest.newBuilder(
            URI.create(
                "http://"
                    + gateway.getHostString()
                    + ":"
                    + gateway.getPort()
                    + "/v2/models/slow/infer"))
        .header("X-Request-Timeout-Ms", Long.toString(TIMEOUT.toMillis()))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }
}
