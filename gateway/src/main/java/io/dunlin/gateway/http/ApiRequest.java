package io.dunlin.gateway.http;

import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Priority;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, read whole and decompressed, without any server type in it.
 *
 * @param method upper case
 * @param path as sent: percent-encoded, without the query
 * @param body array holding the body; never written to
 * @param bodyOffset where the body begins in the array
 * @param bodyLength its bytes
 * @param header value of the first header with that name, any case
 * @param requestId the caller's X-Request-Id, or one made up
 * @param timeout the caller's X-Request-Timeout-Ms, if sent
 * @param priority from the Priority header
 * @param origin who asks, and since when
 */
public record ApiRequest(
    String method,
    String path,
    byte[] body,
    int bodyOffset,
    int bodyLength,
    Function<String, Optional<String>> header,
    String requestId,
    @Nullable Duration timeout,
    Priority priority,
    Origin origin) {

  /** When the request's head arrived, on the gateway's clock. */
  public long arrivalNanos() {
    return origin.arrivalNanos();
  }

  /** The deadline: the caller's timeout, else the default, counted from arrival. */
  public Deadline deadline(Duration defaultTimeout) {
    return Deadline.after(arrivalNanos(), timeout != null ? timeout : defaultTimeout);
  }
}
