package io.dunlin.shared.protocol.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a connection has to say, in the order in which it is said.
 *
 * <p>Control frames go first. A message of at most {@code chunkBytes} is one frame; a longer one is
 * cut into chunks. Small messages and chunks take turns, {@code chunkBytes} each, and of the longer
 * messages at most {@code maxOpenStreams} are under way, one chunk each in turn: so a small message
 * waits for one chunk and not for a large message, and the receiver assembles a bounded number at
 * once. Within each kind the order is that of {@link #add}.
 *
 * <p>Bounds: the callers' own (credit at the gateway, reply bytes at the node) for messages; one
 * unsent frame each of PING, PONG and CREDIT.
 */
public final class Outbox {
  private final int chunkBytes;
  private final Consumer<OutgoingMessage> sent;
  private final ArrayDeque<byte[]> control = new ArrayDeque<>();
  private final Map<FrameType, byte[]> latest = new EnumMap<>(FrameType.class);
  private final ArrayDeque<OutgoingMessage> small = new ArrayDeque<>();
  private final ArrayDeque<OutgoingMessage> open = new ArrayDeque<>();
  private final ArrayDeque<OutgoingMessage> waiting = new ArrayDeque<>();
  private final ByteBuffer header =
      ByteBuffer.allocate(Wire.HEADER_BYTES + Wire.BEGIN_PREFIX_BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .limit(0);

  private int maxOpenStreams = 1;
  private int smallBytesInTurn;
  private long queuedBytes;

  private byte @Nullable [] currentControl;
  private int currentControlPosition;
  private @Nullable OutgoingMessage current;
  private int currentLeft;
  private boolean currentDropped;

  /**
   * @param chunkBytes most bytes of a message in one frame
   * @param sent told when the last byte of a message was copied out
   */
  public Outbox(int chunkBytes, Consumer<OutgoingMessage> sent) {
    this.chunkBytes = chunkBytes;
    this.sent = sent;
  }

  /** How many messages of several frames the peer assembles at once. */
  public void setMaxOpenStreams(int maxOpenStreams) {
    this.maxOpenStreams = maxOpenStreams;
  }

  /** Queues a control frame; a PING, PONG or CREDIT replaces one that is still unsent. */
  public void add(ControlFrame frame) {
    byte[] bytes = ControlCodec.encode(frame);
    switch (frame) {
      case ControlFrame.Ping ping -> latest.put(FrameType.PING, bytes);
      case ControlFrame.Pong pong -> latest.put(FrameType.PONG, bytes);
      case ControlFrame.Credit credit -> latest.put(FrameType.CREDIT, bytes);
      case ControlFrame.Hello hello -> control.add(bytes);
      case ControlFrame.Refused refused -> control.add(bytes);
      case ControlFrame.Cancel cancel -> control.add(bytes);
      case ControlFrame.GoAway goAway -> control.add(bytes);
    }
  }

  /** Queues a message. */
  public void add(OutgoingMessage message) {
    queuedBytes += message.bodyBytes();
    if (message.bodyBytes() <= chunkBytes) {
      small.add(message);
    } else {
      waiting.add(message);
    }
  }

  /** Takes a message back. */
  public Removed remove(OutgoingMessage message) {
    if (message.remaining() == 0) {
      return Removed.ALREADY_SENT;
    }
    if (message == current) {
      if (currentDropped) {
        return Removed.ALREADY_SENT;
      }
      if (message.bodyBytes() <= chunkBytes) {
        return Removed.ALREADY_SENT;
      }
      open.remove(message);
      currentDropped = true;
      queuedBytes -= message.bodyBytes();
      return Removed.PARTLY_SENT;
    }
    boolean found = small.remove(message) || waiting.remove(message) || open.remove(message);
    if (!found) {
      return Removed.ALREADY_SENT;
    }
    queuedBytes -= message.bodyBytes();
    return message.isBegun() ? Removed.PARTLY_SENT : Removed.UNSENT;
  }

  /** Forgets everything but the frame that is half copied out, and says this last. */
  public void endWith(ControlFrame.Refused last) {
    control.clear();
    latest.clear();
    small.clear();
    waiting.clear();
    open.clear();
    currentDropped = current != null;
    queuedBytes = 0;
    control.add(ControlCodec.encode(last));
  }

  /** Whether nothing is left to copy out. */
  public boolean isEmpty() {
    return current == null && currentControl == null && !hasNext();
  }

  /** Bytes of messages not yet copied out entirely. */
  public long queuedBytes() {
    return queuedBytes;
  }

  /**
   * Copies frames into {@code target} until it is full or nothing is left; a frame may go on in the
   * next call's buffer.
   */
  public void fill(ByteBuffer target) {
    while (target.hasRemaining()) {
      if (currentControl == null && current == null && !next()) {
        return;
      }
      if (currentControl != null) {
        fillControl(target, currentControl);
      } else if (current != null) {
        fillMessage(target, current);
      }
    }
  }

  private void fillControl(ByteBuffer target, byte[] bytes) {
    int n = Math.min(target.remaining(), bytes.length - currentControlPosition);
    target.put(bytes, currentControlPosition, n);
    currentControlPosition += n;
    if (currentControlPosition == bytes.length) {
      currentControl = null;
    }
  }

  private void fillMessage(ByteBuffer target, OutgoingMessage message) {
    while (header.hasRemaining() && target.hasRemaining()) {
      target.put(header.get());
    }
    if (header.hasRemaining()) {
      return;
    }
    currentLeft -= message.copyTo(target, currentLeft);
    if (currentLeft > 0) {
      return;
    }
    current = null;
    if (currentDropped) {
      currentDropped = false;
    } else if (message.remaining() == 0) {
      queuedBytes -= message.bodyBytes();
      sent.accept(message);
    } else {
      open.add(message);
    }
  }

  private boolean hasNext() {
    return !control.isEmpty()
        || !latest.isEmpty()
        || !small.isEmpty()
        || !open.isEmpty()
        || !waiting.isEmpty();
  }

  private boolean next() {
    byte[] frame = nextControl();
    if (frame != null) {
      currentControl = frame;
      currentControlPosition = 0;
      return true;
    }
    while (open.size() < maxOpenStreams && !waiting.isEmpty()) {
      open.add(waiting.remove());
    }
    if (small.isEmpty() && open.isEmpty()) {
      return false;
    }
    boolean chunk = small.isEmpty() || (smallBytesInTurn >= chunkBytes && !open.isEmpty());
    OutgoingMessage message = chunk ? open.remove() : small.remove();
    smallBytesInTurn = chunk ? 0 : smallBytesInTurn + message.bodyBytes() + Wire.HEADER_BYTES;
    current = message;
    currentLeft = Math.min(chunkBytes, message.remaining());
    putHeader(message);
    return true;
  }

  private byte @Nullable [] nextControl() {
    if (!control.isEmpty() || latest.isEmpty()) {
      return control.poll();
    }
    return latest.remove(latest.keySet().iterator().next());
  }

  private void putHeader(OutgoingMessage message) {
    header.clear();
    if (message.bodyBytes() <= chunkBytes) {
      header.putInt(1 + Wire.ATTEMPT_ID_BYTES + currentLeft);
      header.put((byte) message.type().number());
      header.putLong(message.attemptId());
    } else if (message.isBegun()) {
      header.putInt(1 + Wire.ATTEMPT_ID_BYTES + currentLeft);
      header.put((byte) FrameType.DATA.number());
      header.putLong(message.attemptId());
    } else {
      header.putInt(1 + Wire.BEGIN_PREFIX_BYTES + currentLeft);
      header.put((byte) FrameType.BEGIN.number());
      header.putLong(message.attemptId());
      header.put((byte) message.type().number());
      header.putInt(message.bodyBytes());
    }
    header.flip();
  }

  /** What became of a message taken back. */
  public enum Removed {
    /** The peer never sees it. */
    UNSENT,
    /** The peer has its beginning and must be told that no more comes. */
    PARTLY_SENT,
    /** Too late, or never queued here: the peer gets all of it. */
    ALREADY_SENT
  }
}
