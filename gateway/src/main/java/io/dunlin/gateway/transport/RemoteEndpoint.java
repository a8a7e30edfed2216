package io.dunlin.gateway.transport;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.Wire;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A remote node as an {@link InferenceEndpoint}: two connections, one for small requests and one
 * for large ones ({@link Lane}); reachable when both are up.
 *
 * <p>{@link #infer} never waits for a connection: without one the attempt is answered {@code
 * connection_lost} at once, and the router asks another replica. A request above the size limit is
 * answered {@code payload_too_large}, one beyond the node's credit and the waiting room {@code
 * overloaded}, and one for a draining node {@code draining}; all three in the caller's thread and
 * without a byte on the wire.
 */
public final class RemoteEndpoint implements InferenceEndpoint, NodeConnection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteEndpoint.class);
  private static final Attempt NOTHING_TO_CANCEL = () -> {};

  private final NodeAddress node;
  private final ConnectionObserver observer;
  private final boolean lazy;
  private final NodeConnection express;
  private final NodeConnection bulk;
  private final AtomicLong lastAttemptId = new AtomicLong();

  // Guarded by this; the two lanes report from two threads.
  private final Set<Lane> up = EnumSet.noneOf(Lane.class);
  private boolean announcedUp;
  private boolean announcedDraining;

  /**
   * @param lanes makes the connection for a lane
   * @param lazy whether the first attempt makes it connect
   */
  RemoteEndpoint(NodeAddress node, Lanes lanes, boolean lazy, ConnectionObserver observer) {
    this.node = node;
    this.observer = observer;
    this.lazy = lazy;
    this.express = lanes.create(Lane.EXPRESS, this);
    this.bulk = lanes.create(Lane.BULK, this);
  }

  public NodeAddress node() {
    return node;
  }

  /** Whether attempts are taken now. */
  public boolean isUp() {
    return takes(express) && takes(bulk);
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    OutgoingMessage message;
    try {
      message = InferCodec.encode(lastAttemptId.incrementAndGet(), replica, request);
    } catch (IllegalArgumentException e) {
      return refuse(
          sink, new Failure(FailureCode.INVALID_ARGUMENT, String.valueOf(e.getMessage())));
    }
    NodeConnection lane = Lane.forMessage(message.bodyBytes()) == Lane.EXPRESS ? express : bulk;
    NodeLink link = lane.link();
    if (link == null) {
      if (lazy) {
        connect();
      }
      return refuse(sink, lane.lost());
    }
    String draining = link.drainingMessage();
    if (draining != null) {
      return refuse(sink, link.drainingFailure(draining));
    }
    Failure tooLarge = tooLarge(message, link.maxPayloadBytes());
    if (tooLarge != null) {
      return refuse(sink, tooLarge);
    }
    PendingAttempt attempt = new PendingAttempt(message, request.deadline(), sink);
    if (!lane.waitingRoom().tryEnter(attempt.costBytes())) {
      return refuse(sink, noRoom(lane.waitingRoom()));
    }
    link.submit(attempt);
    return () -> link.cancel(attempt);
  }

  /** Begins to connect, if that is not under way. */
  void connect() {
    express.connect();
    bulk.connect();
  }

  /** Ends both connections for good; what is in flight is answered {@code connection_lost}. */
  void close() {
    express.close();
    bulk.close();
  }

  @Override
  public synchronized void up(Lane lane) {
    up.add(lane);
    if (up.size() == Lane.values().length && !announcedUp) {
      announcedUp = true;
      announcedDraining = false;
      LOG.info("Connected to node {}", node);
      observer.onConnectionUp(node);
    }
  }

  @Override
  public synchronized void draining(Lane lane, String message) {
    if (announcedUp && !announcedDraining) {
      announcedDraining = true;
      LOG.info("Node {} is draining: {}", node, message);
      observer.onConnectionDraining(node, message);
    }
  }

  @Override
  public synchronized void down(Lane lane, CloseReason reason, String message) {
    up.remove(lane);
    if (announcedUp) {
      announcedUp = false;
      LOG.info("Lost node {}: {}: {}", node, reason.code(), message);
      observer.onConnectionDown(node, reason, message);
    }
  }

  private static boolean takes(NodeConnection lane) {
    NodeLink link = lane.link();
    return link != null && link.drainingMessage() == null;
  }

  private static Attempt refuse(ReplySink sink, Failure failure) {
    sink.answered(new InferenceReply.Failed(failure));
    return NOTHING_TO_CANCEL;
  }

  private Failure noRoom(WaitingRoom room) {
    return new Failure(
        FailureCode.OVERLOADED,
        "node "
            + node
            + ": "
            + room.heldBytes()
            + " bytes in flight or waiting (expected: at most "
            + room.capacityBytes()
            + ")");
  }

  private static @Nullable Failure tooLarge(OutgoingMessage message, int maxPayloadBytes) {
    if (message.payloadBytes() > maxPayloadBytes) {
      return new Failure(
          FailureCode.PAYLOAD_TOO_LARGE,
          "inputs: "
              + message.payloadBytes()
              + " bytes (expected: at most "
              + maxPayloadBytes
              + ")");
    }
    if (message.metadataBytes() > Wire.METADATA_SLACK_BYTES) {
      return new Failure(
          FailureCode.PAYLOAD_TOO_LARGE,
          "names and shapes: "
              + message.metadataBytes()
              + " bytes (expected: at most "
              + Wire.METADATA_SLACK_BYTES
              + ")");
    }
    return null;
  }

  /** Makes the connections of an endpoint. */
  @FunctionalInterface
  interface Lanes {
    NodeConnection create(Lane lane, NodeConnection.Listener listener);
  }
}
