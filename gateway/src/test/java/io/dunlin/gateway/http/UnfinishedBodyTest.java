package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.shared.inference.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that were announced and never come: what they reserve is given back. */
class UnfinishedBodyTest {
  private static final int SECONDS = 20;
  private static final int ANNOUNCED = 50_000;

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final RequestBudget budget = new RequestBudget(1 << 20);
  private final AtomicInteger handled = new AtomicInteger();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Socket begins(Duration bodyTimeout) throws Exception {
    InferenceApi api =
        new InferenceApi() {
          @Override
          public CompletionStage<ApiResponse> handle(ApiRequest request) {
            handled.incrementAndGet();
            return CompletableFuture.completedFuture(ApiResponse.json(200, "{}"));
          }

          @Override
          public ApiResponse failure(Failure failure) {
            return ApiResponse.json(failure.code().httpStatus(), failure.message());
          }
        };
    InferenceServer server =
        new InferenceServer(
            kit.system(),
            new InferenceServerSettings(
                "127.0.0.1",
                0,
                1 << 16,
                bodyTimeout,
                Duration.ofSeconds(1),
                InferenceServerSettings.DEFAULT_TENANT_HEADER),
            api,
            api,
            (shown, deadline, bytes, caller) ->
                CompletableFuture.completedFuture(shown.getAsBoolean()),
            budget,
            new RequestIds(new SplittableRandom(1)),
            (protocol, status) -> {},
            System::nanoTime);
    InetSocketAddress address =
        server.bind().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS).localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(SECONDS * 1000);
    String head =
        "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + ANNOUNCED
            + "\r\n\r\n{";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void awaitHeld(long bytes) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (budget.heldBytes() != bytes && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    assertThat(budget.heldBytes()).isEqualTo(bytes);
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyHoldsNothing() throws Exception {
    try (Socket client = begins(Duration.ofSeconds(SECONDS))) {
      awaitHeld(ANNOUNCED);
    }
    awaitHeld(0);
    assertThat(handled).hasValue(0);
  }

  @Test
  void aClientThatResetsInTheMiddleOfItsBodyHoldsNothing() throws Exception {
    try (Socket client = begins(Duration.ofSeconds(SECONDS))) {
      awaitHeld(ANNOUNCED);
      client.setSoLinger(true, 0);
    }
    awaitHeld(0);
    assertThat(handled).hasValue(0);
  }

  @Test
  void aBodyThatTakesTooLongIs504AndHoldsNothing() throws Exception {
    try (Socket client = begins(Duration.ofMillis(200))) {
      assertThat(statusLine(client)).contains(" 504 ");
    }
    awaitHeld(0);
    assertThat(handled).hasValue(0);
  }

  private static String statusLine(Socket client) throws IOException {
    return String.valueOf(
        new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
            .readLine());
  }
}
