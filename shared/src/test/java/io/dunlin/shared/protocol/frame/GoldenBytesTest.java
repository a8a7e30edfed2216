package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bytes of version 1. A change here breaks clusters that are being upgraded: add fields at the
 * end of a body or of a message's metadata instead.
 */
class GoldenBytesTest {
  private static final Tensor FLOATS =
      Tensor.of(DataType.FLOAT, new long[] {1, 2}, new byte[] {0, 0, (byte) 128, 63, 0, 0, 0, 64});

  @Test
  void helloStaysAsItIs() {
    ControlFrame hello =
        new ControlFrame.Hello(
            new VersionRange(1, 3), "dunlin", "gw-1", "node-a", Lane.BULK, 1 << 26, 4, 512);
    assertThat(hex(ControlCodec.encode(hello)))
        .isEqualTo(
            "2e000000 01 444e4c4e 0100 0300 0600 64756e6c696e 0400 67772d31 0600 6e6f64652d61"
                    .replace(" ", "")
                + "01 00000004 0400 0002000000000000".replace(" ", ""));
  }

  @Test
  void otherControlFramesStayAsTheyAre() {
    assertThat(hex(ControlCodec.encode(new ControlFrame.Refused(CloseReason.VERSION, "no"))))
        .isEqualTo("0e000000" + "02" + "0700" + "76657273696f6e" + "0200" + "6e6f");
    assertThat(hex(ControlCodec.encode(new ControlFrame.Cancel(0x0102030405060708L))))
        .isEqualTo("09000000" + "07" + "0807060504030201");
    assertThat(hex(ControlCodec.encode(new ControlFrame.Credit(65536))))
        .isEqualTo("09000000" + "08" + "0000010000000000");
    assertThat(hex(ControlCodec.encode(new ControlFrame.Ping(5))))
        .isEqualTo("09000000" + "09" + "0500000000000000");
    assertThat(hex(ControlCodec.encode(new ControlFrame.Pong(5))))
        .isEqualTo("09000000" + "0a" + "0500000000000000");
    assertThat(hex(ControlCodec.encode(new ControlFrame.GoAway(1000, "bye"))))
        .isEqualTo("0e000000" + "0b" + "e803000000000000" + "0300" + "627965");
  }

  @Test
  void inferStaysAsItIs() {
    InferenceRequest request =
        new InferenceRequest(
            "r-1",
            Samples.REPLICA.version(),
            "sig",
            List.of(FLOATS),
            List.of("p"),
            new Deadline(0),
            new Priority(5));
    OutgoingMessage message = InferCodec.encode(9, Samples.REPLICA, request);
    InferCodec.setRemaining(message, 256);
    assertThat(hex(WirePeer.frames(message, 65536)))
        .isEqualTo(
            ("58000000 03 0900000000000000" // length, INFER, attempt id
                    + "47000000 0001000000000000 05" // metadata length, remaining, priority
                    + "0500 6672617564 0700000000000000 02000000" // replica
                    + "0300 722d31 0300 736967" // request id, signature
                    + "0100 0100 70" // wanted outputs
                    + "0100 01 02 0100000000000000 0200000000000000 08000000" // inputs
                    + "0000803f 00000040") // their bytes
                .replace(" ", ""));
  }

  @Test
  void replyStaysAsItIs() {
    assertThat(hex(WirePeer.frames(ReplyCodec.encode(9, Samples.completed(FLOATS)), 65536)))
        .isEqualTo(
            ("5d000000 04 0900000000000000" // length, REPLY, attempt id
                    + "4c000000 00" // metadata length, completed
                    + "0500 6672617564 0700000000000000 02000000" // replica
                    + "0b00000000000000 1600000000000000 03000000 02000000" // timings
                    + "0100 0200 7930 01 02 0100000000000000 0200000000000000 08000000"
                    + "0000803f 00000040")
                .replace(" ", ""));
    InferenceReply full =
        new InferenceReply.Failed(
            new Failure(FailureCode.OVERLOADED, "full", Duration.ofMillis(250)));
    assertThat(hex(WirePeer.frames(ReplyCodec.encode(9, full), 65536)))
        .isEqualTo(
            ("28000000 04 0900000000000000 1f000000 01"
                    + "0a00 6f7665726c6f61646564 0400 66756c6c fa00000000000000")
                .replace(" ", ""));
  }

  @Test
  void chunksStayAsTheyAre() {
    OutgoingMessage message = ReplyCodec.encode(9, Samples.completed(FLOATS));
    String whole = hex(WirePeer.frames(message, 65536)).substring(2 * 13);
    String chunked = hex(WirePeer.frames(ReplyCodec.encode(9, Samples.completed(FLOATS)), 40));
    assertThat(chunked)
        .isEqualTo(
            // length, BEGIN, attempt id, message type, total length, 40 bytes
            ("36000000 05 0900000000000000 04 54000000".replace(" ", "") + whole.substring(0, 80))
                + ("31000000 06 0900000000000000".replace(" ", "") + whole.substring(80, 160))
                + ("0d000000 06 0900000000000000".replace(" ", "") + whole.substring(160)));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
