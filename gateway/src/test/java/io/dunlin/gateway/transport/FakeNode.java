package io.dunlin.gateway.transport;

import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.ReplyCodec;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.protocol.frame.WirePeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;

/** A node in the test's hands: both lanes, frame by frame. */
final class FakeNode implements AutoCloseable {
  private final ServerSocket server;
  private final Map<Lane, WirePeer> lanes = new EnumMap<>(Lane.class);

  FakeNode() throws IOException {
    this(0);
  }

  FakeNode(int port) throws IOException {
    server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }

  NodeAddress address() {
    return new NodeAddress("node-a", "127.0.0.1", server.getLocalPort());
  }

  /** The next connection, which has said nothing yet. */
  WirePeer accept() throws IOException {
    return WirePeer.accept(server);
  }

  /** Takes both lanes' connections and answers their HELLO with this credit each. */
  void greet(long creditBytes) throws IOException {
    for (int i = 0; i < 2; i++) {
      WirePeer peer = accept();
      Hello offer = peer.nextControl(Hello.class);
      peer.send(WirePeer.nodeHello(offer, creditBytes));
      lanes.put(offer.lane(), peer);
    }
  }

  WirePeer express() {
    return lane(Lane.EXPRESS);
  }

  WirePeer bulk() {
    return lane(Lane.BULK);
  }

  private WirePeer lane(Lane lane) {
    WirePeer peer = lanes.get(lane);
    if (peer == null) {
      throw new IllegalStateException("greet first");
    }
    return peer;
  }

  /** The next request that comes on the express lane. */
  WirePeer.Event.Message nextInfer() throws IOException {
    return express().nextMessage();
  }

  static String requestId(WirePeer.Event.Message infer) {
    return InferCodec.decode(infer.body(), 0).request().requestId();
  }

  /** Answers an attempt with so many bytes. */
  void reply(WirePeer.Event.Message infer, int bytes) throws IOException {
    express()
        .send(
            ReplyCodec.encode(infer.attemptId(), Samples.completed(Samples.bytes(bytes))), 65_536);
  }

  @Override
  public void close() throws IOException {
    for (WirePeer peer : lanes.values()) {
      peer.close();
    }
    server.close();
  }
}
