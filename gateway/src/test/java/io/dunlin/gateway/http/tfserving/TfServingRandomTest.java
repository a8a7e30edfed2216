package io.dunlin.gateway.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.json.ElementWriter;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.gateway.http.json.RandomTensors;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded: a failing case prints what it takes to see it again. */
class TfServingRandomTest {
  private static final int MUTATIONS_PER_SEED = 400;

  private final ApiFixture fixture = new ApiFixture();

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMPLEX64", "COMPLEX128"})
  void randomTensorsComeThroughRowsAndColumnsUnchanged(DataType dtype) {
    Random random = new Random(dtype.number());
    String model = "identity_" + dtype.label();
    for (int round = 0; round < 15; round++) {
      long[] dims = new long[1 + random.nextInt(3)];
      Arrays.setAll(dims, axis -> 1 + random.nextInt(4));
      Tensor tensor = RandomTensors.tensor(random, dtype, dims);
      JsonWriter json = new JsonWriter(64);
      new ElementWriter(json, tensor, ElementWriter.Strings.TEXT_OR_BASE64).writeNested(tensor, 0);
      String value = new String(json.array(), 0, json.size(), StandardCharsets.UTF_8);

      String columns = fixture.predicted(model, "{\"inputs\":" + value + "}");
      assertThat(fixture.lastInput(0)).as(value).isEqualTo(tensor);
      assertThat(columns).isEqualTo("{\"outputs\":" + value + "}");

      String rows = fixture.predicted(model, " { \"instances\" : " + value + " } ");
      assertThat(fixture.lastInput(0)).as(value).isEqualTo(tensor);
      assertThat(rows).isEqualTo("{\"predictions\":" + value + "}");
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 12);
  }

  private static final String[] BODIES = {
    "{\"signature_name\":\"serving_default\",\"instances\":[{\"x\":[1.5,-2e3],\"s\":\"a\\u00e9\\n\"},"
        + "{\"s\":{\"b64\":\"AAEC\"},\"x\":[3,Infinity]}]}",
    "{\"inputs\":{\"x\":[[1,2],[3,4]],\"s\":[\"a\",\"b\"]},\"signature_name\":\"other\"}",
    "{\"instances\":[[[1.25,0.1],[1e-7,123456789.123456789]],[[4,5],[NaN,-0]]]}",
    "{\"inputs\":[\"\\ud83d\\ude00\",{\"b64\":\"YWJj\"},\"\"],\"more\":{\"k\":[null,true,false]}}",
    "{\"context\":{\"c\":[1,2]},\"examples\":[{\"a\":1.5,\"b\":[\"x\",\"y\"]},{\"a\":[],\"c\":true}]}",
    "{\"instances\":[1,-128,127,65535,4294967295,18446744073709551615,1.0,true]}"
  };

  private static final String[] PATHS = {
    "/v1/models/pair:predict", "/v1/models/half_plus_two:predict",
    "/v1/models/identity_string:predict", "/v1/models/identity_int8:predict",
    "/v1/models/identity_uint64:predict", "/v1/models/identity_bool:predict",
    "/v1/models/identity_double:predict", "/v1/models/classifier:classify",
    "/v1/models/half_plus_two:regress", "/v1/models/mismatch:predict",
    "/v1/models/two_out:predict", "/v1/models/identity_complex64:predict"
  };

  @ParameterizedTest
  @MethodSource("seeds")
  void brokenBodiesAreAnsweredWithoutA500AndAlwaysAsJson(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < MUTATIONS_PER_SEED; i++) {
      byte[] body = BODIES[random.nextInt(BODIES.length)].getBytes(StandardCharsets.UTF_8);
      int mutations = random.nextInt(4);
      for (int m = 0; m < mutations; m++) {
        body = mutate(random, body);
      }
      String path = PATHS[random.nextInt(PATHS.length)];
      ApiResponse response = fixture.call("POST", path, body, Map.of());
      String shown = path + " " + new String(body, StandardCharsets.ISO_8859_1);
      assertThat(response.status()).as(shown).isIn(200, 400, 413, 501);
      JsonReader in = new JsonReader(response.body(), 0, response.bodyLength());
      in.skipValue();
      assertThat(in.remaining()).as(shown).isZero();
      if (response.status() != 200) {
        assertThat(ApiFixture.error(response)).isNotEmpty();
      }
    }
  }

  private static byte[] mutate(Random random, byte[] body) {
    if (body.length == 0) {
      return body;
    }
    String interesting = "{}[]\",:\\0123456789eE+-.tfnNIu b64xs\u0000\n";
    int at = random.nextInt(body.length);
    byte replacement = (byte) interesting.charAt(random.nextInt(interesting.length()));
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(body, at);
      case 1 -> {
        body[at] = replacement;
        yield body;
      }
      case 2 -> {
        body[at] = (byte) random.nextInt();
        yield body;
      }
      case 3 -> splice(body, at, new byte[] {replacement}, at);
      case 4 -> splice(body, at, new byte[0], Math.min(body.length, at + 1 + random.nextInt(4)));
      default -> {
        // a piece again, somewhere else
        int from = random.nextInt(body.length);
        int to = Math.min(body.length, from + random.nextInt(20));
        yield splice(body, at, Arrays.copyOfRange(body, from, to), at);
      }
    };
  }

  private static byte[] splice(byte[] body, int at, byte[] piece, int resume) {
    byte[] result = new byte[at + piece.length + body.length - resume];
    System.arraycopy(body, 0, result, 0, at);
    System.arraycopy(piece, 0, result, at, piece.length);
    System.arraycopy(body, resume, result, at + piece.length, body.length - resume);
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void everyTruncationIsAParseErrorWhateverTheModel(int index) {
    byte[] body = BODIES[index].getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < body.length; length++) {
      ApiResponse response =
          fixture.call("POST", "/v1/models/nope:predict", Arrays.copyOf(body, length), Map.of());
      assertThat(response.status()).isEqualTo(400);
      assertThat(ApiFixture.error(response)).startsWith("JSON Parse error: ");
    }
  }
}
