package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyBytes;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The requests, each with the check that its answer is right. */
final class Requests {
  private static final String[] CATEGORIES = {
    "groceries", "electronics", "travel", "restaurants", "fuel"
  };
  private static final int MLP_FEATURES = 32;
  private static final int WIDE_FLOATS = 150_528;
  private static final float WIDE_VALUE = 0.5f;
  private static final String SLOW_BODY =
      """
      {"inputs": [{"name": "work", "shape": [1], "datatype": "INT32", "data": [10]},
                  {"name": "x", "shape": [1], "datatype": "FP32", "data": [1.0]}]}
      """;
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private Requests() {}

  /** {@code fraud-detection} through TensorFlow Serving's API, another transaction each time. */
  static HttpRequestActionBuilder fraud(String name) {
    return http(name)
        .post("/v1/models/fraud-detection:predict")
        .header("Content-Type", "application/json")
        .body(StringBody(session -> transaction(ThreadLocalRandom.current())))
        .check(status().is(200))
        .check(
            jsonPath("$.predictions[0].fraud_probability")
                .ofDouble()
                .transform(p -> p >= 0 && p <= 1)
                .is(true));
  }

  /**
   * {@code slow}: ten milliseconds of one core each, so that a few hundred a second are too many
   * and asking for them costs little. To turn callers away is right too, if it says when to come
   * back.
   */
  static HttpRequestActionBuilder slowOrRefusal(String name, Tally tally) {
    return http(name)
        .post("/v2/models/slow/infer")
        .header("Content-Type", "application/json")
        .header("X-Request-Timeout-Ms", "1000")
        .body(StringBody(SLOW_BODY))
        .check(status().transform(tally::count).in(200, 429, 503, 504))
        .checkIf((response, session) -> isRefusal(response.status().code()))
        .then(header("Retry-After").exists());
  }

  /**
   * A model with the signature of {@code half_plus_two} or {@code half_plus_three}, named by the
   * session's {@code model}; the answer tells which of the two it was.
   */
  static HttpRequestActionBuilder halfPlus(String name) {
    return http(name)
        .post("/v1/models/#{model}:predict")
        .header("Content-Type", "application/json")
        .body(StringBody("{\"instances\": [[#{x}]]}"))
        .check(status().is(200))
        .check(
            jsonPath("$.predictions[0][0]")
                .ofDouble()
                .transformWithSession(Requests::offset)
                .in(2.0, 3.0));
  }

  /** {@code mlp} as V2 JSON. */
  static HttpRequestActionBuilder mlpJson(String name) {
    return http(name)
        .post("/v2/models/mlp/infer")
        .header("Content-Type", "application/json")
        .body(StringBody(session -> mlpJson(ThreadLocalRandom.current())))
        .check(status().is(200))
        .check(jsonPath("$.outputs[0].name").is("score"))
        .check(jsonPath("$.outputs[0].data[0]").ofDouble().exists());
  }

  /** {@code mlp} as V2 binary. */
  static HttpRequestActionBuilder mlpBinary(String name) {
    float[] features = new float[MLP_FEATURES];
    Arrays.fill(features, 0.25f);
    return binary(name, "mlp", "features", features)
        .check(bodyBytes().transform(body -> lastFloat(body)).transform(Float::isFinite).is(true));
  }

  /** {@code wide}: 600 KB in, their mean out. */
  static HttpRequestActionBuilder wideBinary(String name) {
    float[] row = new float[WIDE_FLOATS];
    Arrays.fill(row, WIDE_VALUE);
    return binary(name, "wide", "x", row)
        .check(
            bodyBytes().transform(body -> Math.abs(lastFloat(body) - WIDE_VALUE) < 1e-3).is(true));
  }

  private static HttpRequestActionBuilder binary(
      String name, String model, String input, float[] row) {
    byte[] head =
        ("{\"inputs\":[{\"name\":\"%s\",\"shape\":[1,%d],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":%d}}],"
                + "\"parameters\":{\"binary_data_output\":true}}")
            .formatted(input, row.length, 4 * row.length)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(head.length + 4 * row.length).order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (float value : row) {
      body.putFloat(value);
    }
    return http(name)
        .post("/v2/models/" + model + "/infer")
        .header("Content-Type", "application/octet-stream")
        .header(JSON_LENGTH, Integer.toString(head.length))
        .body(ByteArrayBody(body.array()))
        .check(status().is(200))
        .check(header(JSON_LENGTH).exists());
  }

  private static float lastFloat(byte[] body) {
    return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getFloat(body.length - 4);
  }

  private static double offset(Double y, Session session) {
    return Math.round((y - 0.5 * session.getDouble("x")) * 1e3) / 1e3;
  }

  static boolean isRefusal(int status) {
    return status == 429 || status == 503;
  }

  private static String transaction(RandomGenerator random) {
    return String.format(
        Locale.ROOT,
        "{\"instances\": [{\"amount\": %.2f, \"hour_of_day\": %d, \"merchant_category\": \"%s\","
            + " \"distance_from_home_km\": %.1f, \"transactions_last_24h\": %d,"
            + " \"card_present\": %b, \"account_age_days\": %d}]}",
        random.nextDouble(1, 2000),
        random.nextInt(24),
        CATEGORIES[random.nextInt(CATEGORIES.length)],
        random.nextDouble(0, 1000),
        random.nextInt(20),
        random.nextBoolean(),
        random.nextInt(1, 4000));
  }

  private static String mlpJson(RandomGenerator random) {
    StringBuilder text = new StringBuilder(512);
    text.append("{\"inputs\":[{\"name\":\"features\",\"shape\":[1,")
        .append(MLP_FEATURES)
        .append("],\"datatype\":\"FP32\",\"data\":[");
    for (int i = 0; i < MLP_FEATURES; i++) {
      text.append(i == 0 ? "" : ",").append(random.nextFloat(-1, 1));
    }
    return text.append("]}]}").toString();
  }
}
