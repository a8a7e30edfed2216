package io.dunlin.loadtest.transport;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.transport.ConnectionObserver;
import io.dunlin.gateway.transport.NodeAddress;
import io.dunlin.gateway.transport.RemoteEndpoint;
import io.dunlin.gateway.transport.RemoteEndpoints;
import io.dunlin.gateway.transport.TransportSettings;
import io.dunlin.node.dataport.DataPortServer;
import io.dunlin.node.dataport.DataPortSettings;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.Call;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.tensor.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A gateway and a node in one JVM, joined by a loopback connection. */
final class DataPlane implements AutoCloseable {
  static final String CLUSTER = "test-cluster";
  static final ReplicaId REPLICA = new ReplicaId(new ModelVersionId("echo", 3), 1);

  private final DataPortServer server;
  private final RemoteEndpoints endpoints;
  private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final NodeAddress address;
  private final RemoteEndpoint endpoint;

  private DataPlane(
      DataPortSettings nodeSettings, TransportSettings gatewaySettings, InferenceEndpoint local)
      throws IOException {
    server = DataPortServer.start(nodeSettings, CLUSTER, "node-a", local, System::nanoTime);
    endpoints =
        new RemoteEndpoints(
            CLUSTER, "gateway-1", gatewaySettings, System::nanoTime, random(), recorder());
    address = new NodeAddress("node-a", "127.0.0.1", server.address().getPort());
    endpoint = endpoints.endpoint(address);
  }

  /** Both ends, connected, with these settings over the defaults. */
  static DataPlane start(InferenceEndpoint local, String overrides) throws Exception {
    DataPlane plane = new DataPlane(nodeSettings(overrides), gatewaySettings(overrides), local);
    plane.awaitEvent("up");
    return plane;
  }

  static DataPlane start(InferenceEndpoint local, DataPortSettings node, TransportSettings gateway)
      throws Exception {
    DataPlane plane = unconnected(local, node, gateway);
    plane.awaitEvent("up");
    return plane;
  }

  /** Both ends, without waiting for the connection. */
  static DataPlane unconnected(
      InferenceEndpoint local, DataPortSettings node, TransportSettings gateway)
      throws IOException {
    return new DataPlane(node, gateway, local);
  }

  /** A node that takes over the address of the first. */
  DataPortServer successor(InferenceEndpoint local) throws IOException {
    return DataPortServer.start(
        nodeSettings(
            "dunlin.node.data-port { drain-timeout = 0s, port = %d }".formatted(address.port())),
        CLUSTER,
        "node-a",
        local,
        System::nanoTime);
  }

  static DataPortSettings nodeSettings(String overrides) {
    return DataPortSettings.from(config(overrides));
  }

  static TransportSettings gatewaySettings(String overrides) {
    return TransportSettings.from(config(overrides));
  }

  private static Config config(String overrides) {
    return ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()).resolve();
  }

  static RandomGenerator.SplittableGenerator random() {
    return RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
        .create(7);
  }

  private ConnectionObserver recorder() {
    return new ConnectionObserver() {
      @Override
      public void onConnectionUp(NodeAddress node) {
        events.add("up");
      }

      @Override
      public void onConnectionDraining(NodeAddress node, String message) {
        events.add("draining");
      }

      @Override
      public void onConnectionDown(NodeAddress node, CloseReason reason, String message) {
        events.add("down " + reason.code());
      }
    };
  }

  DataPortServer server() {
    return server;
  }

  RemoteEndpoints endpoints() {
    return endpoints;
  }

  RemoteEndpoint endpoint() {
    return endpoint;
  }

  NodeAddress address() {
    return address;
  }

  /** Waits for the next thing the observer is told. */
  String nextEvent() throws InterruptedException {
    String event = events.poll(10, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing observed within 10 s");
    }
    return event;
  }

  void awaitEvent(String wanted) throws InterruptedException {
    String event = nextEvent();
    if (!event.equals(wanted)) {
      throw new AssertionError("observed: " + event + " (expected: " + wanted + ")");
    }
  }

  Call infer(Tensor... inputs) {
    return infer(Duration.ofSeconds(30), inputs);
  }

  Call infer(Duration timeout, Tensor... inputs) {
    Call call = new Call();
    return call.infer(endpoint, REPLICA, request("r", timeout, inputs));
  }

  static InferenceRequest request(String id, Duration timeout, Tensor... inputs) {
    return new InferenceRequest(
        id,
        REPLICA.version(),
        "serving_default",
        List.of(inputs),
        List.of(),
        Deadline.after(System.nanoTime(), timeout),
        Priority.DEFAULT);
  }

  @Override
  public void close() {
    endpoints.close();
    server.drain(Duration.ZERO, "test over").join();
  }
}
