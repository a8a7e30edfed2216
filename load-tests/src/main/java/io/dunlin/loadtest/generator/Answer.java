package io.dunlin.loadtest.generator;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An HTTP answer kept for a look at its body.
 *
 * @param status HTTP status
 * @param head status line and headers, as received
 * @param body the body without its transfer coding
 */
public record Answer(int status, String head, byte[] body) {

  /** The value of the first header with that name, any case. */
  public Optional<String> header(String name) {
    return head.lines()
        .skip(1)
        .filter(line -> line.length() > name.length() && line.charAt(name.length()) == ':')
        .filter(line -> line.regionMatches(true, 0, name, 0, name.length()))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
