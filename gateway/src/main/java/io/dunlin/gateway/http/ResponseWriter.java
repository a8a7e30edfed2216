package io.dunlin.gateway.http;

import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Turns an {@link ApiResponse} into Pekko's response, with the headers every response carries. */
final class ResponseWriter {
  private static final Map<String, ContentType> CONTENT_TYPES = new ConcurrentHashMap<>();

  private final String requestId;
  private final boolean closing;

  /**
   * @param closing whether the client should not use this connection again
   */
  ResponseWriter(String requestId, boolean closing) {
    this.requestId = requestId;
    this.closing = closing;
  }

  HttpResponse write(ApiResponse response) {
    List<HttpHeader> headers = new ArrayList<>(6);
    headers.add(RawHeader.create("X-Request-Id", requestId));
    for (ApiResponse.Header header : response.headers()) {
      headers.add(RawHeader.create(header.name(), header.value()));
    }
    InferenceResult result = response.result();
    if (result != null) {
      headers.add(
          RawHeader.create(
              "X-Dunlin-Model-Version", Long.toString(result.replica().version().version())));
      headers.add(RawHeader.create("X-Dunlin-Replica", result.replica().entityId()));
      headers.add(RawHeader.create("Server-Timing", serverTiming(result.timings())));
    }
    Duration retryAfter = response.retryAfter();
    if (retryAfter != null) {
      long millis = Math.max(1, retryAfter.toMillis());
      long seconds = (millis + 999) / 1000;
      headers.add(RawHeader.create("Retry-After", Long.toString(seconds)));
      headers.add(RawHeader.create("Retry-After-Ms", Long.toString(millis)));
    }
    if (closing) {
      headers.add(Connection.create("close"));
    }
    byte[] body = response.body();
    return HttpResponse.create()
        .withStatus(status(response.status()))
        .withHeaders(headers)
        .withEntity(
            HttpEntities.create(
                contentType(response.contentType()),
                ByteString.fromArrayUnsafe(body, 0, response.bodyLength())));
  }

  /** W3C Server Timing, durations in milliseconds. */
  static String serverTiming(Timings timings) {
    StringBuilder text = new StringBuilder(64).append("queue;dur=");
    appendMillis(text, timings.queueNanos());
    text.append(", compute;dur=");
    appendMillis(text, timings.computeNanos());
    return text.append(", batch;desc=\"").append(timings.batchRows()).append("\"").toString();
  }

  /** Nanoseconds as milliseconds with three decimals. */
  private static void appendMillis(StringBuilder text, long nanos) {
    long micros = Math.max(0, nanos) / 1000;
    text.append(micros / 1000).append('.');
    long rest = micros % 1000;
    text.append((char) ('0' + rest / 100))
        .append((char) ('0' + rest / 10 % 10))
        .append((char) ('0' + rest % 10));
  }

  private static StatusCode status(int code) {
    return StatusCodes.lookup(code)
        .orElseGet(() -> StatusCodes.custom(code, "Status " + code, "", code < 400, true));
  }

  private static ContentType contentType(String text) {
    if (text.equals(ApiResponse.JSON)) {
      return ContentTypes.APPLICATION_JSON;
    }
    return CONTENT_TYPES.computeIfAbsent(text, ContentTypes::parse);
  }
}
