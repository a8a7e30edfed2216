package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Valid requests with a few bytes changed, cut, doubled or replaced by awkward tokens: whatever
 * comes of it, it is an answer with a JSON error, never a bug, and never costs more memory than the
 * body and the bound on tensors warrant. Replay: the seed is in the failure's description.
 */
@Timeout(30)
class InferFuzzTest {
  private static final int RUNS = 400;
  private static final int MAX_TENSOR_BYTES = 1 << 16;

  /** Everything around the tensors: the answer, error texts, the test's own copies. */
  private static final long ALLOWED_BYTES = 20L * MAX_TENSOR_BYTES;

  private static final Set<Integer> EXPECTED = Set.of(200, 400, 413, 501);

  private static final String[] TOKENS = {
    "9223372036854775807",
    "-1",
    "4294967296",
    "1e999999999",
    "NaN",
    "-Infinity",
    "null",
    "true",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    "\\ud800",
    ",",
    ":",
    "[[[[[[[[",
    "\"data\":[1]",
    "\u0000",
    "\"shape\":[2147483647,1]",
    "\"datatype\":\"BYTES\"",
    "\"binary_data_size\":2147483647",
    "\"classification\":2147483647",
    "99999999999999999999999999999999",
    "\uFEFF",
    "0.1e-400",
  };

  private final Fixture fixture = new Fixture(MAX_TENSOR_BYTES, 64 << 20);
  private final Set<Integer> met = new HashSet<>();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final String JSON =
      """
      {"id":"1","parameters":{"timeout":1000,"priority":2,"binary_data_output":true},
       "inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1.5,2],[3,-4e2]]}],
       "outputs":[{"name":"y","parameters":{"classification":2,"binary_data":true}}]}
      """;

  private static final String STRINGS =
      """
      {"inputs":[{"data":["a","\\u00e4\\n",["",""]],"name":"x","shape":[1,4],"datatype":"BYTES"}],
       "outputs":[{"name":"y"}]}
      """;

  private static final String BINARY =
      """
      {"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32",
                  "parameters":{"binary_data_size":64}},
                 {"name":"INPUT1","shape":[1,16],"datatype":"INT32",
                  "parameters":{"binary_data_size":64}}]}
      """;

  private static final String BINARY_STRINGS =
      """
      {"inputs":[{"name":"x","shape":[1,2],"datatype":"BYTES",
                  "parameters":{"binary_data_size":11}}],
       "parameters":{"binary_data_output":true}}
      """;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedJsonIsAnswered(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      boolean strings = random.nextBoolean();
      byte[] body = mutate(random, (strings ? STRINGS : JSON).getBytes(StandardCharsets.UTF_8));
      Fixture.Call call =
          fixture
              .post("/v2/models/" + (strings ? "identity_string" : "identity") + "/infer")
              .body(body);
      check(seed, run, body, call);
    }
    assertThat(met).contains(200, 400);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void mutatedBinaryIsAnswered(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      boolean strings = random.nextBoolean();
      byte[] json = (strings ? BINARY_STRINGS : BINARY).getBytes(StandardCharsets.UTF_8);
      byte[] tensors = strings ? new byte[] {2, 0, 0, 0, 'a', 'b', 1, 0, 0, 0, 'c'} : new byte[128];
      boolean jsonMutated = random.nextBoolean();
      byte[] head = jsonMutated ? mutate(random, json) : json;
      byte[] tail = jsonMutated && random.nextBoolean() ? tensors : mutate(random, tensors);
      byte[] body = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, body, head.length, tail.length);
      int headerLength = head.length + (random.nextInt(8) == 0 ? random.nextInt(9) - 4 : 0);
      Fixture.Call call =
          fixture
              .post("/v2/models/" + (strings ? "identity_string" : "simple") + "/infer")
              .body(body)
              .header(InferBody.HEADER_LENGTH, Integer.toString(headerLength));
      check(seed, run, body, call);
    }
    assertThat(met).contains(200, 400);
  }

  @Test
  void everyTruncationOfAValidRequestIsRefused() {
    byte[] json = JSON.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < json.length; length++) {
      Fixture.Answer answer =
          fixture.post("/v2/models/identity/infer").body(Arrays.copyOf(json, length)).send();
      assertThat(answer.status()).as("cut at %d", length).isEqualTo(400);
    }
  }

  @Test
  void aShapeAloneMakesNobodyAllocate() {
    for (String shape : new String[] {"[1,1000000000]", "[1000000,1000000]", "[0,1000000000]"}) {
      for (String datatype : new String[] {"FP32", "FP64", "BYTES"}) {
        String body =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":[]}]}"
                .formatted(shape, datatype);
        check(
            0,
            0,
            body.getBytes(StandardCharsets.UTF_8),
            fixture.post("/v2/models/identity/infer").body(body));
      }
    }
  }

  private void check(long seed, int run, byte[] body, Fixture.Call call) {
    String what = "seed " + seed + " run " + run + ": " + new String(body, StandardCharsets.UTF_8);
    long before = threads.getCurrentThreadAllocatedBytes();
    Fixture.Answer answer = call.send();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(answer.status()).as(what).isIn(EXPECTED);
    met.add(answer.status());
    if (answer.status() != 200) {
      assertThat(answer.json().path("error").isTextual()).as(what).isTrue();
    }
    assertThat(allocated).as(what).isLessThan(ALLOWED_BYTES);
    fixture.service.requests.clear();
  }

  private static byte[] mutate(Random random, byte[] original) {
    byte[] bytes = original;
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flipped(bytes, at, random);
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> spliced(bytes, at, at + Math.min(random.nextInt(9), bytes.length - at), "");
            case 3 -> spliced(bytes, at, at, TOKENS[random.nextInt(TOKENS.length)]);
            default ->
                spliced(
                    bytes,
                    at,
                    at + Math.min(random.nextInt(6), bytes.length - at),
                    TOKENS[random.nextInt(TOKENS.length)]);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, int at, Random random) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) random.nextInt();
    return changed;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, String replacement) {
    byte[] middle = replacement.getBytes(StandardCharsets.UTF_8);
    byte[] changed = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
    System.arraycopy(middle, 0, changed, from, middle.length);
    System.arraycopy(bytes, to, changed, from + middle.length, bytes.length - to);
    return changed;
  }
}
