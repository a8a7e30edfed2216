package io.dunlin.gateway.transport;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.protocol.frame.Call;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The gateway's side under test, with what its observer was told. */
final class Gateway implements AutoCloseable {
  private final RemoteEndpoints endpoints;
  private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

  /**
   * @param overrides keys below {@code dunlin.gateway.transport}, separated by line ends
   */
  Gateway(String overrides) {
    endpoints =
        new RemoteEndpoints(
            "test-cluster",
            "gateway-1",
            settings(overrides),
            System::nanoTime,
            random(),
            new Recorder());
  }

  static TransportSettings settings(String overrides) {
    return TransportSettings.from(
        ConfigFactory.parseString(TransportSettings.PATH + " {\n" + overrides + "\n}")
            .withFallback(ConfigFactory.load()));
  }

  static RandomGenerator.SplittableGenerator random() {
    return RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
        .create(7);
  }

  RemoteEndpoints endpoints() {
    return endpoints;
  }

  RemoteEndpoint endpoint(FakeNode node) {
    return endpoints.endpoint(node.address());
  }

  /** Connects to the node, which grants this credit on each lane. */
  RemoteEndpoint connect(FakeNode node, long creditBytes) throws Exception {
    RemoteEndpoint endpoint = endpoint(node);
    node.greet(creditBytes);
    awaitEvent("up");
    return endpoint;
  }

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

  static Call infer(RemoteEndpoint endpoint, String id, Tensor... inputs) {
    return infer(endpoint, id, Duration.ofSeconds(30), inputs);
  }

  static Call infer(RemoteEndpoint endpoint, String id, Duration timeout, Tensor... inputs) {
    InferenceRequest request = Samples.request(id, System.nanoTime() + timeout.toNanos(), inputs);
    Call call = new Call();
    call.infer(endpoint, Samples.REPLICA, request);
    return call;
  }

  @Override
  public void close() {
    endpoints.close();
  }

  /** Writes down what the router would be told. */
  private final class Recorder implements ConnectionObserver {
    @Override
    public void onConnectionUp(NodeAddress node) {
      events.add("up");
    }

    @Override
    public void onConnectionDraining(NodeAddress node, String message) {
      events.add("draining: " + message);
    }

    @Override
    public void onConnectionDown(NodeAddress node, CloseReason reason, String message) {
      events.add("down: " + reason.code());
    }
  }
}
