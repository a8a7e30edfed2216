package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Truncated and mutated input never does more than be refused. To replay a failure, run one case
 * with the seed its message names.
 */
class FrameFuzzTest {
  private static final int CASES = 1_500;
  private static final int MAX_MESSAGE = 20_000;
  private static final int MAX_STREAMS = 3;

  @Test
  void mutatedStreamsAreReadOrRefusedWithinTheLimits() {
    byte[] stream = stream();
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Bounded handler = new Bounded();
      FrameReader reader = new FrameReader(handler);
      handler.reader = reader;
      if (random.nextInt(8) > 0) {
        reader.establish(MAX_MESSAGE, MAX_STREAMS);
      }
      try {
        byte[] mutated = mutate(stream, random);
        int at = 0;
        while (at < mutated.length) {
          int piece = Math.min(mutated.length - at, 1 + random.nextInt(3000));
          reader.receive(ByteBuffer.wrap(mutated, at, piece));
          at += piece;
        }
      } catch (FrameException e) {
        assertThat(e.toFrame().message()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      assertThat(handler.largest).as("seed %d", seed).isLessThanOrEqualTo(MAX_MESSAGE);
    }
  }

  @Test
  void mutatedBodiesDecodeOrAreRefused() {
    byte[] infer = CodecTest.body(InferCodec.encode(1, Samples.REPLICA, request()));
    byte[] reply = CodecTest.body(ReplyCodec.encode(1, Samples.completed(Samples.bytes(90))));
    byte[] failure = CodecTest.body(ReplyCodec.encode(1, failed()));
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      decode(seed, () -> InferCodec.decode(mutate(infer, random), 0));
      decode(seed, () -> ReplyCodec.decode(mutate(reply, random)));
      decode(seed, () -> ReplyCodec.decode(mutate(failure, random)));
    }
  }

  private static void decode(int seed, Runnable decoding) {
    try {
      decoding.run();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static byte[] stream() {
    Outbox outbox = new Outbox(900, sent -> {});
    outbox.setMaxOpenStreams(MAX_STREAMS);
    ByteBuffer wire = ByteBuffer.allocate(60_000);
    for (int i = 0; i < 4; i++) {
      outbox.add(InferCodec.encode(10 + i, Samples.REPLICA, request()));
      outbox.add(ReplyCodec.encode(20 + i, Samples.completed(Samples.bytes(3000))));
      outbox.add(ReplyCodec.encode(30 + i, failed()));
      outbox.fill(wire.limit(wire.position() + 1500));
      outbox.add(WirePeer.gatewayHello("c", "n", Lane.BULK));
      outbox.add(new ControlFrame.Refused(CloseReason.FULL, "full"));
      outbox.add(new ControlFrame.Cancel(10 + i));
      outbox.add(new ControlFrame.Ping(i));
      outbox.add(new ControlFrame.GoAway(1, "bye"));
      outbox.fill(wire.limit(wire.position() + 500));
    }
    outbox.fill(wire.limit(wire.capacity()));
    return Arrays.copyOf(wire.array(), wire.position());
  }

  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] bytes = original.clone();
    int mutations = 1 + random.nextInt(6);
    for (int i = 0; i < mutations; i++) {
      // The front holds the lengths of bodies, so it is hit more often.
      int at = random.nextInt(random.nextBoolean() ? Math.min(100, bytes.length) : bytes.length);
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
    }
    return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static InferenceRequest request() {
    return Samples.request("request", 5, Samples.bytes(70), Samples.bytes(0));
  }

  private static InferenceReply failed() {
    return new InferenceReply.Failed(new Failure(FailureCode.OVERLOADED, "full"));
  }

  /** Checks that no more is assembled than was allowed. */
  private static final class Bounded implements FrameHandler {
    private FrameReader reader = new FrameReader(this);
    private int largest;

    @Override
    public void control(ControlFrame frame) {
      assertThat(frame).isNotNull();
    }

    @Override
    public boolean begins(FrameType type, long attemptId, int bodyBytes) {
      largest = Math.max(largest, bodyBytes);
      assertThat(reader.openStreams()).isLessThanOrEqualTo(MAX_STREAMS);
      return attemptId % 3 != 0;
    }

    @Override
    public void message(FrameType type, long attemptId, byte[] body) {
      assertThat(body.length).isLessThanOrEqualTo(MAX_MESSAGE);
    }

    @Override
    public void skipped(FrameType type, long attemptId) {}
  }
}
