package io.dunlin.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {
  private final ResponseParser parser = new ResponseParser();

  @Test
  void readsAnAnswerWithAContentLength() throws Exception {
    Answer answer = parse("HTTP/1.1 200 OK\r\ncontent-LENGTH:  5\r\nX-A: b\r\n\r\nhello");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.header("x-a")).contains("b");
    assertThat(answer.header("x-b")).isEmpty();
    assertThat(parser.keepAlive()).isTrue();
  }

  @Test
  void readsAChunkedAnswerWithExtensionsAndTrailers() throws Exception {
    Answer answer =
        parse(
            "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4;name=abc\r\nwith\r\nA\r\n in chunks\r\n0\r\nX-Sum: 1\r\n\r\n");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).isEqualTo("with in chunks");
  }

  @Test
  void readsTheSameHoweverTheBytesAreCut() throws Exception {
    String chunked =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    byte[] bytes = chunked.getBytes(StandardCharsets.ISO_8859_1);
    for (int cut = 1; cut < bytes.length; cut++) {
      parser.begin(true);
      assertThat(parser.feed(ByteBuffer.wrap(bytes, 0, cut))).as("cut at %d", cut).isFalse();
      assertThat(parser.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut))).isTrue();
      assertThat(parser.answer().text()).isEqualTo("abcde");
    }
  }

  @Test
  void readsOneAnswerAfterAnotherAndLeavesWhatFollows() throws Exception {
    List<String> bodies = new ArrayList<>();
    ByteBuffer in =
        ascii(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                + "HTTP/1.1 204 No\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbcREST");
    for (int i = 0; i < 4; i++) {
      parser.begin(true);
      assertThat(parser.feed(in)).isTrue();
      bodies.add(parser.answer().text());
    }
    assertThat(bodies).containsExactly("a", "", "", "bc");
    assertThat(in.remaining()).isEqualTo(4);
  }

  @Test
  void throwsABodyAwayUnlessItIsKept() throws Exception {
    parser.begin(false);
    assertThat(parser.feed(ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))).isTrue();
    assertThat(parser.answer().body()).isEmpty();
    assertThat(parser.status()).isEqualTo(200);
  }

  @Test
  void seesWhetherTheServerClosesTheConnection() throws Exception {
    parse("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n");
    assertThat(parser.keepAlive()).isFalse();
    parse("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(parser.keepAlive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n ",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab"
      })
  void refusesWhatIsNotAnAnswerItCanRead(String text) {
    parser.begin(true);
    assertThatThrownBy(() -> parser.feed(ascii(text))).isInstanceOf(MalformedAnswerException.class);
  }

  @Test
  void refusesAHeadWithoutEnd() {
    parser.begin(false);
    assertThatThrownBy(() -> parser.feed(ByteBuffer.allocate(1 << 20)))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageContaining("65536");
  }

  private Answer parse(String text) throws MalformedAnswerException {
    parser.begin(true);
    assertThat(parser.feed(ascii(text))).isTrue();
    return parser.answer();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
