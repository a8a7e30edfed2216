package io.dunlin.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.loadtest.fault.cluster.ClusterLayout;
import io.dunlin.loadtest.fault.cluster.FaultCluster;
import io.dunlin.loadtest.fault.cluster.FreePorts;
import io.dunlin.loadtest.fault.cluster.ModelFolder;
import io.dunlin.loadtest.fault.cluster.Network;
import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One of two gateways gets SIGTERM while keep-alive clients use it; each a process of its own. */
@Timeout(180)
class GatewayStopTest {
  private static final String BODY = "{\"instances\": [1.0, 2.0]}";
  private static final String ASK =
      "POST /v1/models/half:predict HTTP/1.1\r\nHost: x\r\nContent-Length: "
          + BODY.length()
          + "\r\n\r\n"
          + BODY;
  private static final String READY = "GET /v2/health/ready HTTP/1.1\r\nHost: x\r\n\r\n";

  @TempDir Path folder;

  /** An answer's status, and whether the connection is to be used no more. */
  private record Answer(int status, boolean close) {}

  /** A client that uses a connection until it is told not to, then takes another gateway's. */
  private static final class Client {
    private final List<InetSocketAddress> gateways;
    private final AtomicInteger answers;
    private int gateway;

    private Client(List<InetSocketAddress> gateways, AtomicInteger answers) {
      this.gateways = gateways;
      this.answers = answers;
    }

    /** Until it was moved to another gateway and has got some answers there; what went wrong. */
    private List<String> run() throws IOException {
      List<String> wrong = new ArrayList<>();
      int afterMove = 0;
      while (afterMove < 20) {
        try (Socket socket = connect()) {
          InputStream in = new BufferedInputStream(socket.getInputStream());
          Answer answer;
          do {
            answer = exchange(socket, in, ASK);
            if (answer == null || answer.status() != 200) {
              wrong.add("gateway " + gateway + ": " + answer);
            }
            answers.incrementAndGet();
            afterMove += gateway > 0 ? 1 : 0;
          } while (answer != null && !answer.close() && afterMove < 20);
        }
        gateway = 1;
      }
      return wrong;
    }

    /** To the next one where nobody listens: nothing was asked yet, so nothing is lost. */
    private Socket connect() throws IOException {
      try {
        return open(gateways.get(gateway));
      } catch (ConnectException e) {
        gateway = 1;
        return open(gateways.get(gateway));
      }
    }
  }

  private static Socket open(InetSocketAddress address) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Null when the connection ended instead. */
  private static @Nullable Answer exchange(Socket socket, InputStream in, String request)
      throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String line = line(in);
    if (line.isEmpty()) {
      return null;
    }
    int status = Integer.parseInt(line.split(" ")[1]);
    boolean close = false;
    int length = 0;
    for (line = line(in); !line.isEmpty(); line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      close |= lower.equals("connection: close");
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).trim());
      }
    }
    in.readNBytes(length);
    return new Answer(status, close);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The status of readiness on a connection of its own; 0 when nobody listens. */
  private static int ready(InetSocketAddress gateway) throws IOException {
    try (Socket socket = open(gateway)) {
      Answer answer = exchange(socket, new BufferedInputStream(socket.getInputStream()), READY);
      return answer == null ? 0 : answer.status();
    } catch (ConnectException e) {
      return 0;
    }
  }

  @Test
  void itSaysNotReadyTellsItsClientsAnswersThemAllAndEndsWithStatus0() throws Exception {
    Path home = Objects.requireNonNull(Path.of(System.getProperty("dunlin.examples")).getParent());
    Path models = Files.createDirectories(folder.resolve("models"));
    ModelFolder repository = new ModelFolder(home.resolve("examples/test-models"), models);
    repository.version("half", 1, "half_plus_two");
    ClusterLayout layout =
        new ClusterLayout(
            1,
            2,
            models,
            Files.createDirectories(folder.resolve("data")),
            FreePorts.block(12),
            Network.loopback());
    int clients = 4;
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try (FaultCluster cluster =
        new FaultCluster(
            layout, folder.resolve("logs"), FaultSettings.flags(home, FaultSettings.SMALL_JVM))) {
      cluster.expect("half/1", 1);
      cluster.start();
      assertThat(cluster.awaitFullStrength(Duration.ofSeconds(60))).isEmpty();
      List<InetSocketAddress> gateways = cluster.gateways();
      assertThat(ready(gateways.get(0))).isEqualTo(200);

      AtomicInteger answers = new AtomicInteger();
      List<Future<List<String>>> ended = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        ended.add(pool.submit(() -> new Client(gateways, answers).run()));
      }
      while (answers.get() < 200) {
        Thread.onSpinWait();
      }
      ServerProcess stopping = cluster.process("gateway-1");
      stopping.terminate(true);
      int seen = 200;
      while (seen == 200) {
        seen = ready(gateways.get(0));
      }

      assertThat(seen).as("readiness before the port is closed").isEqualTo(503);
      for (Future<List<String>> client : ended) {
        assertThat(client.get(30, TimeUnit.SECONDS)).isEmpty();
      }
      assertThat(stopping.awaitEnd(Duration.ofSeconds(30))).isTrue();
      assertThat(stopping.exitStatus()).isZero();
    } finally {
      pool.shutdownNow();
    }
  }
}
