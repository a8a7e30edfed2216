package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.protocol.frame.Outbox.Removed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final int CHUNK = 1000;

  private final List<Long> sent = new ArrayList<>();
  private final Outbox outbox = new Outbox(CHUNK, message -> sent.add(message.attemptId()));

  @Test
  void smallMessagesPassLargeOnesBetweenTwoChunks() {
    outbox.add(message(1, 5 * CHUNK));
    assertThat(take(CHUNK + 18)).containsExactly("BEGIN 1");
    outbox.add(message(2, 10));
    outbox.add(message(3, 10));
    assertThat(take(100_000))
        .containsExactly("REPLY 2", "REPLY 3", "DATA 1", "DATA 1", "DATA 1", "DATA 1", "DATA 1");
    assertThat(sent).containsExactly(2L, 3L, 1L);
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.queuedBytes()).isZero();
  }

  @Test
  void largeMessagesAreNotStarvedBySmallOnes() {
    outbox.add(message(1, 3 * CHUNK));
    for (int i = 10; i < 16; i++) {
      outbox.add(message(i, CHUNK / 2));
    }
    assertThat(take(100_000))
        .containsExactly(
            "REPLY 10",
            "REPLY 11",
            "BEGIN 1",
            "REPLY 12",
            "REPLY 13",
            "DATA 1",
            "REPLY 14",
            "REPLY 15",
            "DATA 1",
            "DATA 1");
  }

  @Test
  void controlFramesGoFirstAndReplaceTheirOwnKind() {
    outbox.add(message(1, 10));
    outbox.add(new ControlFrame.Ping(1));
    outbox.add(new ControlFrame.Ping(2));
    outbox.add(new ControlFrame.Cancel(7));
    outbox.add(new ControlFrame.Cancel(8));
    assertThat(take(100_000)).containsExactly("CANCEL 7", "CANCEL 8", "PING 2", "REPLY 1");
  }

  @Test
  void onlySoManyLargeMessagesAreUnderWay() {
    outbox.setMaxOpenStreams(2);
    for (int i = 1; i <= 3; i++) {
      outbox.add(message(i, 2 * CHUNK - 200));
    }
    assertThat(take(100_000))
        .containsExactly("BEGIN 1", "BEGIN 2", "DATA 1", "DATA 2", "BEGIN 3", "DATA 3");
  }

  @Test
  void frameGoesOnInTheNextBuffer() {
    outbox.add(message(1, 3 * CHUNK));
    outbox.add(message(2, 10));
    outbox.add(new ControlFrame.Ping(3));
    ByteBuffer all = ByteBuffer.allocate(10_000);
    for (int size = 1; !outbox.isEmpty(); size = size % 7 + 1) {
      ByteBuffer buffer = ByteBuffer.allocate(size);
      outbox.fill(buffer);
      all.put(buffer.flip());
    }
    assertThat(frames(all.flip()))
        .containsExactly("PING 3", "REPLY 2", "BEGIN 1", "DATA 1", "DATA 1", "DATA 1");
  }

  @Test
  void unsentMessageIsTakenBackWithoutATrace() {
    OutgoingMessage small = message(1, 10);
    OutgoingMessage large = message(2, 2 * CHUNK);
    outbox.add(small);
    outbox.add(large);
    assertThat(outbox.remove(small)).isEqualTo(Removed.UNSENT);
    assertThat(outbox.remove(large)).isEqualTo(Removed.UNSENT);
    assertThat(outbox.remove(large)).isEqualTo(Removed.ALREADY_SENT);
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.queuedBytes()).isZero();
    assertThat(sent).isEmpty();
  }

  @Test
  void messageUnderWayEndsAfterTheFrameThatHasBegun() {
    OutgoingMessage large = message(1, 5 * CHUNK);
    outbox.add(large);
    ByteBuffer wire = ByteBuffer.allocate(10_000).limit(1500);
    outbox.fill(wire);
    assertThat(outbox.remove(large)).isEqualTo(Removed.PARTLY_SENT);
    assertThat(outbox.remove(large)).isEqualTo(Removed.ALREADY_SENT);
    outbox.add(new ControlFrame.Cancel(1));
    outbox.fill(wire.limit(10_000));
    assertThat(frames(wire.flip())).containsExactly("BEGIN 1", "DATA 1", "CANCEL 1");
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.queuedBytes()).isZero();
  }

  @Test
  void messageBetweenTwoChunksEndsAtOnce() {
    OutgoingMessage large = message(1, 5 * CHUNK);
    outbox.add(large);
    take(CHUNK + 18);
    assertThat(outbox.remove(large)).isEqualTo(Removed.PARTLY_SENT);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void refusalIsTheLastWordAndKeepsTheFrameWhole() {
    outbox.add(message(1, 5 * CHUNK));
    outbox.add(message(2, 5 * CHUNK));
    ByteBuffer wire = ByteBuffer.allocate(10_000).limit(500);
    outbox.fill(wire);
    outbox.endWith(new ControlFrame.Refused(CloseReason.MALFORMED, "x"));
    outbox.fill(wire.limit(10_000));
    assertThat(frames(wire.flip())).containsExactly("BEGIN 1", "REFUSED");
    assertThat(sent).isEmpty();
  }

  private List<String> take(int bytes) {
    ByteBuffer target = ByteBuffer.allocate(bytes);
    outbox.fill(target);
    return frames(target.flip());
  }

  private static List<String> frames(ByteBuffer wire) {
    wire.order(ByteOrder.LITTLE_ENDIAN);
    List<String> found = new ArrayList<>();
    while (wire.remaining() >= 5) {
      int begin = wire.position();
      int length = wire.getInt(begin);
      FrameType type = FrameType.ofNumber(wire.get(begin + 4));
      found.add(type == FrameType.REFUSED ? "REFUSED" : type + " " + wire.getLong(begin + 5));
      wire.position(Math.min(wire.limit(), begin + 4 + length));
    }
    return found;
  }

  private static OutgoingMessage message(long attemptId, int payload) {
    return ReplyCodec.encode(attemptId, Samples.completed(Samples.bytes(payload)));
  }
}
