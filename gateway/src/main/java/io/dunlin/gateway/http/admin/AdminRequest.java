package io.dunlin.gateway.http.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One admin request, without any server type in it.
 *
 * @param method upper case
 * @param segments the path's, decoded, without empty ones
 * @param body whole, possibly empty
 * @param header value of the first header with that name, Content-Type included
 * @param query value of the first query parameter with that name
 */
public record AdminRequest(
    String method,
    List<String> segments,
    byte[] body,
    Function<String, Optional<String>> header,
    Function<String, Optional<String>> query) {

  /** The path as it was asked for, for messages. */
  String path() {
    return "/" + String.join("/", segments);
  }
}
