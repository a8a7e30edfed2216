package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int MAX_MESSAGE = 10_000;

  private final Recorder recorder = new Recorder();
  private final FrameReader reader = new FrameReader(recorder);
  private boolean established;

  @Test
  void framesComeWholeInWhateverPiecesTheirBytesCome() {
    byte[] bytes =
        concat(
            ControlCodec.encode(new ControlFrame.Ping(1)),
            WirePeer.frames(ReplyCodec.encode(4, Samples.completed(Samples.bytes(3000))), 700),
            WirePeer.frames(ReplyCodec.encode(5, Samples.completed(Samples.bytes(10))), 700),
            ControlCodec.encode(new ControlFrame.GoAway(7, "bye")));
    for (int piece = 1; piece < 800; piece = piece * 2 + 1) {
      Recorder heard = new Recorder();
      FrameReader fresh = new FrameReader(heard);
      fresh.establish(MAX_MESSAGE, 4);
      for (int at = 0; at < bytes.length; at += piece) {
        fresh.receive(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
      }
      assertThat(heard.heard)
          .containsExactly(
              "Ping[number=1]",
              "REPLY 4 begins",
              "REPLY 4 is whole",
              "REPLY 5 begins",
              "REPLY 5 is whole",
              "GoAway[remainingNanos=7, message=bye]");
    }
  }

  @Test
  void chunksOfSeveralMessagesInterleave() {
    reader.establish(MAX_MESSAGE, 2);
    Outbox outbox = new Outbox(500, sent -> {});
    outbox.setMaxOpenStreams(2);
    for (int i = 0; i < 3; i++) {
      outbox.add(ReplyCodec.encode(i, Samples.completed(Samples.bytes(1200))));
    }
    ByteBuffer wire = ByteBuffer.allocate(10_000);
    outbox.fill(wire);
    reader.receive(wire.flip());
    assertThat(recorder.heard)
        .containsExactly(
            "REPLY 0 begins",
            "REPLY 1 begins",
            "REPLY 0 is whole",
            "REPLY 1 is whole",
            "REPLY 2 begins",
            "REPLY 2 is whole");
    assertThat(reader.openStreams()).isZero();
    for (byte[] body : recorder.bodies) {
      assertThat(ReplyCodec.decode(body)).isEqualTo(Samples.completed(Samples.bytes(1200)));
    }
  }

  @Test
  void unknownTypesAreReadOver() {
    reader.establish(MAX_MESSAGE, 4);
    reader.receive(frame(200, new byte[9_000]));
    reader.receive(frame(0, new byte[0]));
    reader.receive(frame(12, new byte[3]));
    reader.receive(ByteBuffer.wrap(ControlCodec.encode(new ControlFrame.Pong(2))));
    assertThat(recorder.heard).containsExactly("Pong[number=2]");
  }

  @Test
  void unwantedMessagesAreReadOverWithoutBeingStored() {
    reader.establish(MAX_MESSAGE, 4);
    recorder.unwanted.add(4L);
    recorder.unwanted.add(5L);
    reader.receive(
        ByteBuffer.wrap(
            concat(
                WirePeer.frames(ReplyCodec.encode(4, Samples.completed(Samples.bytes(50))), 700),
                WirePeer.frames(ReplyCodec.encode(5, Samples.completed(Samples.bytes(5000))), 700),
                WirePeer.frames(ReplyCodec.encode(6, Samples.completed(Samples.bytes(50))), 700))));
    assertThat(recorder.heard)
        .containsExactly(
            "REPLY 4 begins",
            "REPLY 4 skipped",
            "REPLY 5 begins",
            "REPLY 5 skipped",
            "REPLY 6 begins",
            "REPLY 6 is whole");
  }

  @Test
  void abandonedMessageFreesItsPlace() {
    reader.establish(MAX_MESSAGE, 1);
    byte[] first =
        WirePeer.frames(ReplyCodec.encode(4, Samples.completed(Samples.bytes(2000))), 700);
    reader.receive(ByteBuffer.wrap(first, 0, 1000));
    assertThat(reader.openStreams()).isOne();
    assertThat(reader.abandon(5)).isFalse();
    // The frame that is under way ends as announced, then no more of it comes.
    reader.receive(ByteBuffer.wrap(first, 1000, 718 + 713 - 1000));
    assertThat(reader.abandon(4)).isTrue();
    reader.receive(
        ByteBuffer.wrap(
            WirePeer.frames(ReplyCodec.encode(6, Samples.completed(Samples.bytes(2000))), 700)));
    assertThat(recorder.heard)
        .containsExactly("REPLY 4 begins", "REPLY 6 begins", "REPLY 6 is whole");
  }

  @Test
  void nothingButSmallControlFramesBeforeHelloIsAnswered() {
    byte[] infer = WirePeer.frames(ReplyCodec.encode(4, Samples.completed(Samples.bytes(5))), 700);
    refuses(CloseReason.MALFORMED, "REPLY came before HELLO was answered", infer);
    byte[] http = "GET /v1/models HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    refuses(CloseReason.TOO_LARGE, "frame length: 542393671 of type 47 (expected: 1..8193)", http);
    refuses(
        CloseReason.TOO_LARGE,
        "frame length: 9001 of type HELLO (expected: 1..8193)",
        frame(FrameType.HELLO.number(), new byte[9000]).array());
  }

  @Test
  void lengthsAreCheckedBeforeAnythingIsAllocated() {
    established = true;
    refuses(
        CloseReason.TOO_LARGE,
        "frame length: 2147483647 of type INFER (expected: 9..10009)",
        header(Integer.MAX_VALUE, FrameType.INFER));
    refuses(
        CloseReason.TOO_LARGE,
        "frame length: 10002 of type 99 (expected: 1..10001)",
        new byte[] {0x12, 0x27, 0, 0, 99});
    refuses(
        CloseReason.MALFORMED,
        "frame length: -1 of type PING (expected: 1..8193)",
        header(-1, FrameType.PING));
    refuses(
        CloseReason.MALFORMED,
        "frame length: 8 of type DATA (expected: 9..10009)",
        header(8, FrameType.DATA));
    refuses(
        CloseReason.TOO_LARGE,
        "BEGIN: total length 10001 (expected: 1..10000)",
        begin(1, FrameType.INFER, 10_001, 10));
    refuses(
        CloseReason.MALFORMED,
        "BEGIN: total length 0 (expected: 1..10000)",
        begin(1, FrameType.INFER, 0, 0));
  }

  @Test
  void brokenSequencesAreRefused() {
    established = true;
    refuses(
        CloseReason.MALFORMED,
        "BEGIN: message type 9 (expected: INFER or REPLY)",
        begin(1, FrameType.PING, 50, 10));
    refuses(CloseReason.MALFORMED, "DATA: attempt 7 (expected: BEGIN first)", data(7, 10));
    refuses(
        CloseReason.MALFORMED,
        "DATA: 60 bytes of attempt 7 (expected: at most 50)",
        begin(7, FrameType.INFER, 50, 60));
    refuses(
        CloseReason.MALFORMED,
        "DATA: 41 bytes of attempt 7 (expected: at most 40)",
        concat(begin(7, FrameType.INFER, 50, 10), data(7, 41)));
    refuses(
        CloseReason.MALFORMED,
        "BEGIN: attempt 7 twice",
        concat(begin(7, FrameType.INFER, 50, 10), begin(7, FrameType.INFER, 50, 10)));
    refuses(
        CloseReason.MALFORMED,
        "BEGIN: message 3 at once (expected: 2)",
        concat(
            begin(7, FrameType.INFER, 50, 10),
            begin(8, FrameType.INFER, 50, 10),
            begin(9, FrameType.INFER, 50, 10)));
    refuses(
        CloseReason.MALFORMED,
        "PING: number: 3 bytes left (expected: at least 8)",
        frame(FrameType.PING.number(), new byte[3]).array());
  }

  private void refuses(CloseReason reason, String message, byte[] bytes) {
    FrameReader fresh = new FrameReader(recorder);
    if (established) {
      fresh.establish(MAX_MESSAGE, 2);
    }
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> fresh.receive(ByteBuffer.wrap(bytes)))
        .withMessage(message)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static byte[] header(int length, FrameType type) {
    return ByteBuffer.allocate(5)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .put((byte) type.number())
        .array();
  }

  private static ByteBuffer frame(int type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(1 + body.length)
        .put((byte) type)
        .put(body)
        .flip();
  }

  private static byte[] begin(long attemptId, FrameType type, int total, int payload) {
    ByteBuffer body = ByteBuffer.allocate(13 + payload).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(attemptId).put((byte) type.number()).putInt(total);
    return frame(FrameType.BEGIN.number(), body.array()).array();
  }

  private static byte[] data(long attemptId, int payload) {
    ByteBuffer body = ByteBuffer.allocate(8 + payload).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(attemptId);
    return frame(FrameType.DATA.number(), body.array()).array();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Writes down what it is told. */
  static final class Recorder implements FrameHandler {
    final List<String> heard = new ArrayList<>();
    final List<byte[]> bodies = new ArrayList<>();
    final Set<Long> unwanted = new HashSet<>();

    @Override
    public void control(ControlFrame frame) {
      heard.add(frame.toString());
    }

    @Override
    public boolean begins(FrameType type, long attemptId, int bodyBytes) {
      heard.add(type + " " + attemptId + " begins");
      return !unwanted.contains(attemptId);
    }

    @Override
    public void message(FrameType type, long attemptId, byte[] body) {
      heard.add(type + " " + attemptId + " is whole");
      bodies.add(body);
    }

    @Override
    public void skipped(FrameType type, long attemptId) {
      heard.add(type + " " + attemptId + " skipped");
    }
  }
}
