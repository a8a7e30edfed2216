package io.dunlin.gateway.http;

import io.dunlin.shared.inference.InferenceResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpProtocols;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpProtocol;
import org.apache.pekko.http.scaladsl.model.ResponseEntity;
import org.apache.pekko.util.ByteString;
import scala.collection.immutable.ArraySeq;

/**
 * Turns an {@link ApiResponse} into Pekko's response, with the headers every response carries. One
 * for a server.
 */
final class ResponseWriter {
  private static final Map<String, ContentType> CONTENT_TYPES = new ConcurrentHashMap<>();
  private static final org.apache.pekko.http.scaladsl.model.StatusCode OK =
      (org.apache.pekko.http.scaladsl.model.StatusCode) StatusCodes.OK;
  private static final HttpProtocol HTTP_1_1 = (HttpProtocol) HttpProtocols.HTTP_1_1;

  private final ReplicaHeaders replicas = new ReplicaHeaders();

  /**
   * @param closing whether the client should not use this connection again
   */
  HttpResponse write(ApiResponse response, String requestId, boolean closing) {
    InferenceResult result = response.result();
    Duration retryAfter = response.retryAfter();
    HttpHeader[] headers =
        new HttpHeader
            [1
                + response.headers().size()
                + (result != null ? 3 : 0)
                + (retryAfter != null ? 2 : 0)
                + (closing ? 1 : 0)];
    int at = 0;
    headers[at++] = new ResponseHeader(ResponseHeader.REQUEST_ID, requestId);
    for (int i = 0; i < response.headers().size(); i++) {
      ApiResponse.Header header = response.headers().get(i);
      headers[at++] = raw(header.name(), header.value());
    }
    if (result != null) {
      ReplicaHeaders.Pair named = replicas.of(result.replica());
      headers[at++] = named.version();
      headers[at++] = named.replica();
      headers[at++] = new ServerTiming(result.timings());
    }
    if (retryAfter != null) {
      long millis = Math.max(1, retryAfter.toMillis());
      headers[at++] = raw("Retry-After", Long.toString((millis + 999) / 1000));
      headers[at++] = raw("Retry-After-Ms", Long.toString(millis));
    }
    if (closing) {
      headers[at] = Connection.create("close");
    }
    byte[] body = response.body();
    ResponseEntity entity =
        (ResponseEntity)
            HttpEntities.create(
                contentType(response.contentType()),
                ByteString.fromArrayUnsafe(body, 0, response.bodyLength()));
    // Through the Scala constructor: the Java one copies the response once for each part of it.
    return org.apache.pekko.http.scaladsl.model.HttpResponse.apply(
        status(response.status()), ArraySeq.<HttpHeader>unsafeWrapArray(headers), entity, HTTP_1_1);
  }

  private static HttpHeader raw(String name, String value) {
    return RawHeader.create(name, value);
  }

  private static org.apache.pekko.http.scaladsl.model.StatusCode status(int code) {
    if (code == 200) {
      return OK;
    }
    StatusCode known =
        StatusCodes.lookup(code)
            .orElseGet(() -> StatusCodes.custom(code, "Status " + code, "", code < 400, true));
    return (org.apache.pekko.http.scaladsl.model.StatusCode) known;
  }

  private static ContentType contentType(String text) {
    if (text.equals(ApiResponse.JSON)) {
      return ContentTypes.APPLICATION_JSON;
    }
    return CONTENT_TYPES.computeIfAbsent(text, ContentTypes::parse);
  }
}
