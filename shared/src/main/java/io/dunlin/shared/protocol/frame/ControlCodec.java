package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.protocol.frame.ControlFrame.Cancel;
import io.dunlin.shared.protocol.frame.ControlFrame.Credit;
import io.dunlin.shared.protocol.frame.ControlFrame.GoAway;
import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.ControlFrame.Ping;
import io.dunlin.shared.protocol.frame.ControlFrame.Pong;
import io.dunlin.shared.protocol.frame.ControlFrame.Refused;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;
import java.util.Arrays;

/** Control frames to bytes and back. */
public final class ControlCodec {
  /** Texts are cut to this many characters, so that a control frame never exceeds its limit. */
  private static final int MAX_TEXT_CHARS = 1024;

  private ControlCodec() {}

  /** The whole frame, length and type included. */
  public static byte[] encode(ControlFrame frame) {
    WireWriter out = new WireWriter(64);
    out.i32(0);
    switch (frame) {
      case Hello hello -> putHello(out, hello);
      case Refused refused -> {
        out.u8(FrameType.REFUSED.number());
        out.text("reason", refused.reason().code());
        out.text("message", shorten(refused.message()));
      }
      case Cancel cancel -> putLong(out, FrameType.CANCEL, cancel.attemptId());
      case Credit credit -> putLong(out, FrameType.CREDIT, credit.windowBytes());
      case Ping ping -> putLong(out, FrameType.PING, ping.number());
      case Pong pong -> putLong(out, FrameType.PONG, pong.number());
      case GoAway goAway -> {
        putLong(out, FrameType.GOAWAY, goAway.remainingNanos());
        out.text("message", shorten(goAway.message()));
      }
    }
    out.setI32(0, out.size() - 4);
    return Arrays.copyOf(out.array(), out.size());
  }

  /**
   * The frame of this type with this body; bytes after the known fields are ignored.
   *
   * @throws FrameException when a field is missing or out of range
   */
  static ControlFrame decode(FrameType type, byte[] body, int length) {
    WireInput in = new WireInput(body, 0, length);
    try {
      return switch (type) {
        case HELLO -> takeHello(in);
        case REFUSED -> new Refused(CloseReason.ofCode(in.text("reason")), in.text("message"));
        case CANCEL -> new Cancel(in.i64("attempt id"));
        case CREDIT -> takeCredit(in);
        case PING -> new Ping(in.i64("number"));
        case PONG -> new Pong(in.i64("number"));
        case GOAWAY -> new GoAway(in.i64("remaining nanos"), in.text("message"));
        case INFER, REPLY, BEGIN, DATA ->
            throw new IllegalStateException(type + " is not a control frame");
      };
    } catch (IllegalArgumentException e) {
      throw new FrameException(CloseReason.MALFORMED, type + ": " + e.getMessage());
    }
  }

  private static void putHello(WireWriter out, Hello hello) {
    out.u8(FrameType.HELLO.number());
    out.i32(Wire.MAGIC);
    out.u16(hello.versions().min());
    out.u16(hello.versions().max());
    out.text("cluster", shorten(hello.cluster()));
    out.text("sender", shorten(hello.sender()));
    out.text("receiver", shorten(hello.receiver()));
    out.u8(hello.lane().number());
    out.i32(hello.maxPayloadBytes());
    out.u16(hello.maxOpenStreams());
    out.i64(hello.creditBytes());
  }

  private static Hello takeHello(WireInput in) {
    int magic = in.i32("magic");
    if (magic != Wire.MAGIC) {
      throw new IllegalArgumentException(
          "magic: 0x" + Integer.toHexString(magic) + " (expected: a Dunlin data port's peer)");
    }
    return new Hello(
        new VersionRange(in.u16("min version"), in.u16("max version")),
        in.text("cluster"),
        in.text("sender"),
        in.text("receiver"),
        Lane.ofNumber(in.u8("lane")),
        in.i32("max payload bytes"),
        in.u16("max open streams"),
        in.i64("credit"));
  }

  private static Credit takeCredit(WireInput in) {
    long windowBytes = in.i64("window");
    if (windowBytes < 0) {
      throw new IllegalArgumentException("window: " + windowBytes + " (expected: >= 0)");
    }
    return new Credit(windowBytes);
  }

  private static void putLong(WireWriter out, FrameType type, long value) {
    out.u8(type.number());
    out.i64(value);
  }

  private static String shorten(String text) {
    return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
  }
}
