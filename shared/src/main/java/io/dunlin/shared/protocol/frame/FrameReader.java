package io.dunlin.shared.protocol.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames, in whatever pieces they come, and puts messages of several
 * frames together again.
 *
 * <p>Until {@link #establish} only control frames of at most {@link Wire#MAX_CONTROL_BYTES} are
 * accepted. Afterwards memory is bounded by {@code maxOpenStreams} messages of {@code
 * maxMessageBytes}; what the handler does not want takes none. Any breach throws {@link
 * FrameException}, after which the reader must not be fed again.
 */
public final class FrameReader {
  private final FrameHandler handler;
  private final byte[] header = new byte[Wire.HEADER_BYTES + Wire.BEGIN_PREFIX_BYTES];
  private final ByteBuffer headerFields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  private final List<Incoming> streams = new ArrayList<>();

  private int maxMessageBytes;
  private int maxOpenStreams;

  private int headerFilled;
  private int headerWanted = Wire.HEADER_BYTES;
  private int length;
  private @Nullable FrameType type;
  private int payloadLeft;
  private @Nullable Incoming target;

  public FrameReader(FrameHandler handler) {
    this.handler = handler;
  }

  /** Messages are accepted from now on, within these limits. */
  public void establish(int maxMessageBytes, int maxOpenStreams) {
    this.maxMessageBytes = maxMessageBytes;
    this.maxOpenStreams = maxOpenStreams;
  }

  /** Messages begun and not yet whole. */
  public int openStreams() {
    return streams.size();
  }

  /** Forgets a message that is not yet whole; returns whether there was one. */
  public boolean abandon(long attemptId) {
    return streams.removeIf(stream -> stream.attemptId == attemptId);
  }

  /**
   * Takes all of {@code source}.
   *
   * @throws FrameException when the peer broke the protocol
   */
  public void receive(ByteBuffer source) {
    while (source.hasRemaining()) {
      if (headerFilled < headerWanted) {
        int n = Math.min(headerWanted - headerFilled, source.remaining());
        source.get(header, headerFilled, n);
        headerFilled += n;
        if (headerFilled < headerWanted) {
          return;
        }
        if (headerFilled == Wire.HEADER_BYTES) {
          lengthAndTypeKnown();
        }
        if (headerFilled < headerWanted) {
          continue;
        }
        prefixKnown();
      }
      payload(source);
    }
  }

  private void lengthAndTypeKnown() {
    length = headerFields.getInt(0);
    int number = header[4] & 0xff;
    type = FrameType.ofNumber(number);
    int least = 1 + prefixBytes(type);
    int most = 1 + (maxMessageBytes == 0 ? Wire.MAX_CONTROL_BYTES : largestBody(type));
    if (length < least || length > most) {
      throw new FrameException(
          length < least ? CloseReason.MALFORMED : CloseReason.TOO_LARGE,
          "frame length: "
              + length
              + " of type "
              + (type == null ? number : type)
              + " (expected: "
              + least
              + ".."
              + most
              + ")");
    }
    if (maxMessageBytes == 0 && prefixBytes(type) > 0) {
      throw new FrameException(CloseReason.MALFORMED, type + " came before HELLO was answered");
    }
    headerWanted = Wire.HEADER_BYTES + prefixBytes(type);
  }

  private void prefixKnown() {
    payloadLeft = length - 1 - prefixBytes(type);
    long attemptId = headerWanted > Wire.HEADER_BYTES ? headerFields.getLong(5) : 0;
    target =
        switch (type) {
          case null -> null;
          case INFER, REPLY -> incoming(type, attemptId, payloadLeft);
          case BEGIN -> begin(attemptId);
          case DATA -> openStream(attemptId);
          case HELLO, REFUSED, CANCEL, CREDIT, PING, PONG, GOAWAY ->
              new Incoming(type, 0, payloadLeft, new byte[payloadLeft]);
        };
    if (payloadLeft == 0) {
      frameEnds();
    }
  }

  private Incoming incoming(FrameType messageType, long attemptId, int bodyBytes) {
    boolean wanted = handler.begins(messageType, attemptId, bodyBytes);
    return new Incoming(messageType, attemptId, bodyBytes, wanted ? new byte[bodyBytes] : null);
  }

  private Incoming begin(long attemptId) {
    FrameType messageType = FrameType.ofNumber(header[13] & 0xff);
    int total = headerFields.getInt(14);
    if (messageType == null || !messageType.isMessage()) {
      throw new FrameException(
          CloseReason.MALFORMED,
          "BEGIN: message type " + (header[13] & 0xff) + " (expected: INFER or REPLY)");
    }
    if (total < 1 || total > maxMessageBytes) {
      throw new FrameException(
          total < 1 ? CloseReason.MALFORMED : CloseReason.TOO_LARGE,
          "BEGIN: total length " + total + " (expected: 1.." + maxMessageBytes + ")");
    }
    if (streams.size() >= maxOpenStreams) {
      throw new FrameException(
          CloseReason.MALFORMED,
          "BEGIN: message " + (streams.size() + 1) + " at once (expected: " + maxOpenStreams + ")");
    }
    if (find(attemptId) != null) {
      throw new FrameException(CloseReason.MALFORMED, "BEGIN: attempt " + attemptId + " twice");
    }
    Incoming stream = incoming(messageType, attemptId, total);
    streams.add(stream);
    return checkFits(stream);
  }

  private Incoming openStream(long attemptId) {
    Incoming stream = find(attemptId);
    if (stream == null) {
      throw new FrameException(
          CloseReason.MALFORMED, "DATA: attempt " + attemptId + " (expected: BEGIN first)");
    }
    return checkFits(stream);
  }

  private Incoming checkFits(Incoming stream) {
    if (payloadLeft > stream.bodyBytes - stream.filled) {
      throw new FrameException(
          CloseReason.MALFORMED,
          "DATA: "
              + payloadLeft
              + " bytes of attempt "
              + stream.attemptId
              + " (expected: at most "
              + (stream.bodyBytes - stream.filled)
              + ")");
    }
    return stream;
  }

  private @Nullable Incoming find(long attemptId) {
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i).attemptId == attemptId) {
        return streams.get(i);
      }
    }
    return null;
  }

  private void payload(ByteBuffer source) {
    int n = Math.min(payloadLeft, source.remaining());
    if (n == 0) {
      return;
    }
    if (target == null) {
      source.position(source.position() + n);
    } else {
      target.take(source, n);
    }
    payloadLeft -= n;
    if (payloadLeft == 0) {
      frameEnds();
    }
  }

  private void frameEnds() {
    Incoming ended = target;
    target = null;
    headerFilled = 0;
    headerWanted = Wire.HEADER_BYTES;
    if (ended == null || ended.filled < ended.bodyBytes) {
      return;
    }
    byte[] body = ended.body;
    if (!ended.type.isMessage()) {
      handler.control(
          ControlCodec.decode(ended.type, body == null ? new byte[0] : body, ended.bodyBytes));
      return;
    }
    streams.remove(ended);
    if (body == null) {
      handler.skipped(ended.type, ended.attemptId);
    } else {
      handler.message(ended.type, ended.attemptId, body);
    }
  }

  private int largestBody(@Nullable FrameType known) {
    return switch (known) {
      case null -> maxMessageBytes;
      case INFER, REPLY, BEGIN, DATA -> prefixBytes(known) + maxMessageBytes;
      case HELLO, REFUSED, CANCEL, CREDIT, PING, PONG, GOAWAY -> Wire.MAX_CONTROL_BYTES;
    };
  }

  private static int prefixBytes(@Nullable FrameType known) {
    return switch (known) {
      case null -> 0;
      case INFER, REPLY, DATA -> Wire.ATTEMPT_ID_BYTES;
      case BEGIN -> Wire.BEGIN_PREFIX_BYTES;
      case HELLO, REFUSED, CANCEL, CREDIT, PING, PONG, GOAWAY -> 0;
    };
  }

  /** A message or control frame being filled; without an array when nobody wants it. */
  private static final class Incoming {
    private final FrameType type;
    private final long attemptId;
    private final int bodyBytes;
    private final byte @Nullable [] body;
    private int filled;

    Incoming(FrameType type, long attemptId, int bodyBytes, byte @Nullable [] body) {
      this.type = type;
      this.attemptId = attemptId;
      this.bodyBytes = bodyBytes;
      this.body = body;
    }

    void take(ByteBuffer source, int n) {
      if (body == null) {
        source.position(source.position() + n);
      } else {
        source.get(body, filled, n);
      }
      filled += n;
    }
  }
}
