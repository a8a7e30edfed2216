package io.dunlin.gateway.http;

import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.Priority;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the request's head says, read once.
 *
 * @param contentEncoding how the body is compressed, if it is
 * @param tenant whose share of the cluster the request uses; empty when it does not say
 * @param badHeader the failure to answer with, when one of Dunlin's headers is malformed
 */
record RequestHead(
    HttpRequest http,
    String path,
    String requestId,
    @Nullable String contentEncoding,
    @Nullable Duration timeout,
    Priority priority,
    String tenant,
    @Nullable Failure badHeader) {
  private static final int MAX_REQUEST_ID = 128;
  private static final int MAX_TENANT = 64;
  private static final long MAX_TIMEOUT_MILLIS = Duration.ofHours(1).toMillis();

  /**
   * @param tenantHeader name of the header that says the tenant, lower case
   */
  static RequestHead of(HttpRequest http, RequestIds ids, String tenantHeader, RawPaths paths) {
    String tenant = "";
    String requestId = null;
    String timeout = null;
    Priority priority = Priority.DEFAULT;
    String encoding = null;
    scala.collection.Iterator<org.apache.pekko.http.scaladsl.model.HttpHeader> headers =
        ((org.apache.pekko.http.scaladsl.model.HttpRequest) http).headers().iterator();
    while (headers.hasNext()) {
      HttpHeader header = headers.next();
      switch (header.lowercaseName()) {
        case "content-encoding" -> encoding = encoding == null ? header.value() : encoding;
        case "x-request-id" -> requestId = header.value();
        case "x-request-timeout-ms" -> timeout = header.value();
        case "priority" -> priority = parsePriority(header.value());
        default -> {
          if (header.lowercaseName().equals(tenantHeader)) {
            tenant = header.value();
          }
        }
      }
    }
    String id =
        requestId != null && isPrintable(requestId, MAX_REQUEST_ID) ? requestId : ids.next();
    Duration parsed = null;
    Failure bad = null;
    if (timeout != null) {
      parsed = parseTimeout(timeout);
      if (parsed == null) {
        bad =
            Failure.invalidArgument(
                "X-Request-Timeout-Ms: '"
                    + timeout
                    + "' (expected: an integer from 1 to "
                    + MAX_TIMEOUT_MILLIS
                    + ")");
      }
    }
    if (!tenant.isEmpty() && !isPrintable(tenant, MAX_TENANT)) {
      bad = badTenant(tenantHeader, tenant);
    }
    String path = paths.of(((org.apache.pekko.http.scaladsl.model.HttpRequest) http).uri().path());
    return new RequestHead(http, path, id, encoding, parsed, priority, tenant, bad);
  }

  private static Failure badTenant(String header, String tenant) {
    return Failure.invalidArgument(
        header
            + ": '"
            + tenant
            + "' (expected: 1 to "
            + MAX_TENANT
            + " printable ASCII characters without blanks)");
  }

  ApiRequest toRequest(BodyReader.Body body, Origin origin) {
    return new ApiRequest(
        http.method().name(),
        path,
        body.array(),
        body.offset(),
        body.length(),
        this::header,
        requestId,
        timeout,
        priority,
        origin);
  }

  private Optional<String> header(String name) {
    scala.collection.Iterator<org.apache.pekko.http.scaladsl.model.HttpHeader> headers =
        ((org.apache.pekko.http.scaladsl.model.HttpRequest) http).headers().iterator();
    while (headers.hasNext()) {
      HttpHeader header = headers.next();
      if (name.equalsIgnoreCase(header.lowercaseName())) {
        return Optional.of(header.value());
      }
    }
    return Optional.empty();
  }

  private static @Nullable Duration parseTimeout(String text) {
    try {
      long millis = Long.parseLong(text.trim());
      return millis >= 1 && millis <= MAX_TIMEOUT_MILLIS ? Duration.ofMillis(millis) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** RFC 9218: a dictionary with {@code u=0..7}; anything else is ignored. */
  static Priority parsePriority(String text) {
    for (String member : text.split(",", -1)) {
      String trimmed = member.trim();
      if (trimmed.length() >= 3 && trimmed.startsWith("u=")) {
        String value = trimmed.substring(2).split(";", 2)[0].trim();
        if (value.length() == 1 && value.charAt(0) >= '0' && value.charAt(0) <= '7') {
          return new Priority(value.charAt(0) - '0');
        }
      }
    }
    return Priority.DEFAULT;
  }

  /** Ids are echoed in a header and logged: printable ASCII of a sane length, or not taken. */
  private static boolean isPrintable(String id, int maxLength) {
    if (id.isEmpty() || id.length() > maxLength) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) < 0x21 || id.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }
}
