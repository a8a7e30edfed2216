package io.dunlin.gateway.http;

import io.dunlin.shared.inference.InferenceResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an API answers, without any server type in it.
 *
 * @param status HTTP status
 * @param contentType media type, as sent
 * @param body array holding the body; handed over
 * @param bodyLength bytes of it, from index 0
 * @param headers further headers, name then value
 * @param result the inference behind it, for the Server-Timing and X-Dunlin headers
 * @param retryAfter for refusals, when to come back
 */
public record ApiResponse(
    int status,
    String contentType,
    byte[] body,
    int bodyLength,
    List<Header> headers,
    @Nullable InferenceResult result,
    @Nullable Duration retryAfter) {

  public static final String JSON = "application/json";

  /** The epoch of the alias a request was sent to by label; grows with every switch. */
  public static final String ALIAS_EPOCH = "X-Dunlin-Alias-Epoch";

  public record Header(String name, String value) {}

  /** The same answer that also tells the epoch of the alias; unchanged for null. */
  public ApiResponse withAliasEpoch(@Nullable Long epoch) {
    if (epoch == null) {
      return this;
    }
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(ALIAS_EPOCH, Long.toString(epoch)));
    return new ApiResponse(status, contentType, body, bodyLength, more, result, retryAfter);
  }

  public static ApiResponse json(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new ApiResponse(status, JSON, bytes, bytes.length, List.of(), null, null);
  }
}
