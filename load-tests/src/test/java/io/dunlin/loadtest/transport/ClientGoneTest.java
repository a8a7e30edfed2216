package io.dunlin.loadtest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.http.InferenceServer;
import io.dunlin.gateway.http.InferenceServerSettings;
import io.dunlin.gateway.http.RequestIds;
import io.dunlin.gateway.http.tfserving.TfServingApi;
import io.dunlin.gateway.http.tfserving.TfServingSettings;
import io.dunlin.gateway.pipeline.AdmissionSettings;
import io.dunlin.gateway.pipeline.FailoverSettings;
import io.dunlin.gateway.pipeline.InferencePipeline;
import io.dunlin.gateway.pipeline.TrafficObserver;
import io.dunlin.gateway.pipeline.TrafficTable;
import io.dunlin.gateway.routing.NodeAccess;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTable;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.gateway.routing.health.HealthSettings;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.node.execution.ExecutionObserver;
import io.dunlin.node.execution.ExecutionStats;
import io.dunlin.node.execution.ReplicaExecutor;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import io.netty.util.HashedWheelTimer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client that closes its connection, over every socket in between: the gateway's front, its
 * connection to the node, and the queue of the replica, where its request is waiting.
 */
@Timeout(60)
class ClientGoneTest {
  private static final ModelSpec SPEC = ModelSpec.of("echo", "nowhere");

  private final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "client-gone",
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final RequestBudget budget = new RequestBudget(1 << 20);
  private final Held model = new Held();
  private final ReplicaExecutor executor =
      ReplicaExecutor.start(
          DataPlane.REPLICA, model, SPEC, System::nanoTime, ExecutionObserver.NONE);
  private final List<Socket> sockets = new ArrayList<>();
  private final RoutingTables tables = new RoutingTables();
  private final DataPlane plane;
  private final InetSocketAddress address;

  /** Gives its input back, when it may. */
  private static final class Held implements LoadedModel {
    private final CountDownLatch mayRun = new CountDownLatch(1);
    private final AtomicInteger rows = new AtomicInteger();

    @Override
    public ModelDescription description() {
      return new ModelDescription(
          DataPlane.REPLICA.version(),
          "test",
          List.of(
              new Signature(
                  Signature.DEFAULT_NAME, "predict", List.of(floats("x")), List.of(floats("y")))));
    }

    private static TensorSpec floats(String name) {
      return new TensorSpec(name, DataType.FLOAT, Shape.of(-1), name + ":0");
    }

    @Override
    public List<Tensor> run(String signature, List<Input> inputs) {
      try {
        mayRun.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      int count = 0;
      for (Tensor part : inputs.get(0).parts()) {
        count += Math.toIntExact(part.rows());
      }
      rows.addAndGet(count);
      return List.of(Tensor.of(DataType.FLOAT, new long[] {count}, new byte[4 * count]));
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private record Access(InferenceEndpoint endpoint) implements NodeAccess {
    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean isLocal() {
      return false;
    }
  }

  ClientGoneTest() throws Exception {
    plane = DataPlane.start((replica, request, sink) -> executor.submit(request, sink), "");
    ServedVersion version =
        new ServedVersion(
            DataPlane.REPLICA.version().version(),
            true,
            ReplicaState.READY,
            1,
            "",
            model.description(),
            Duration.ofSeconds(30));
    tables.publish(
        new RoutingTable(
            Map.of("echo", new ServedModel("echo", List.of(version), Map.of())),
            Map.of(
                DataPlane.REPLICA.version(),
                List.of(new RoutingTable.Route(DataPlane.REPLICA, "node-a", "h", 1, false))),
            true));
    InferencePipeline pipeline =
        new InferencePipeline(
            new ReplicaRouter(
                tables,
                route -> new Access(plane.endpoint()),
                new ReplicaSelector(new SplittableRandom(1)),
                HealthSettings.DEFAULT),
            new TrafficTable(
                AdmissionSettings.DEFAULT, FailoverSettings.DEFAULT.budget(), TrafficObserver.NONE),
            FailoverSettings.DEFAULT,
            timer,
            System::nanoTime);
    TfServingApi api = new TfServingApi(tables, pipeline, TfServingSettings.DEFAULT, () -> 0);
    InferenceServer server =
        new InferenceServer(
            system,
            new InferenceServerSettings(
                "127.0.0.1",
                0,
                1 << 16,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                InferenceServerSettings.DEFAULT_TENANT_HEADER),
            api,
            api,
            pipeline,
            budget,
            new RequestIds(new SplittableRandom(1)),
            (protocol, status) -> {},
            System::nanoTime);
    address = server.bind().toCompletableFuture().get(10, TimeUnit.SECONDS).localAddress();
  }

  @AfterEach
  void stop() throws Exception {
    model.mayRun.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    plane.close();
    executor.close();
    timer.stop();
  }

  private Socket ask() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    String body = "{\"instances\": [1.0]}";
    socket
        .getOutputStream()
        .write(
            ("POST /v1/models/echo:predict HTTP/1.1\r\nHost: x\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private ExecutionStats await(Predicate<ExecutionStats> shows) {
    ExecutionStats stats = executor.stats();
    while (!shows.test(stats)) {
      Thread.onSpinWait();
      stats = executor.stats();
    }
    return stats;
  }

  private static String statusLine(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    return new String(line, StandardCharsets.US_ASCII);
  }

  @Test
  void whatWaitsInTheReplicasQueueForAClientThatLeftIsNeverRun() throws Exception {
    // The only lane runs the first; what comes then stays in the queue.
    List<Socket> staying = new ArrayList<>();
    staying.add(ask());
    await(stats -> stats.inFlightRequests() == 1);
    staying.add(ask());
    await(stats -> stats.queuedRequests() == 1);
    Socket leaving = ask();
    await(stats -> stats.queuedRequests() == 2);

    leaving.close();

    ExecutionStats after = await(stats -> stats.cancelledRequests() == 1);
    assertThat(after.queuedRequests()).isEqualTo(1);
    model.mayRun.countDown();
    for (Socket socket : staying) {
      assertThat(statusLine(socket)).isEqualTo("HTTP/1.1 200");
    }
    assertThat(model.rows.get()).as("rows run").isEqualTo(staying.size());
  }
}
