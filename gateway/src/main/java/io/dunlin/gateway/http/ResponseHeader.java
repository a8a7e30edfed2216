package io.dunlin.gateway.http;

import org.apache.pekko.http.impl.util.Rendering;
import org.apache.pekko.http.scaladsl.model.HttpHeader;

/**
 * A header of a response. As Pekko's {@code RawHeader}, but its name comes with its lower case, so
 * that a response does not make that anew for each header.
 */
class ResponseHeader extends HttpHeader {
  /** A header's name, written once for all responses. */
  record Name(String text, String lowerCase) {}

  static final Name REQUEST_ID = new Name("X-Request-Id", "x-request-id");
  static final Name MODEL_VERSION = new Name("X-Dunlin-Model-Version", "x-dunlin-model-version");
  static final Name REPLICA = new Name("X-Dunlin-Replica", "x-dunlin-replica");
  static final Name SERVER_TIMING = new Name("Server-Timing", "server-timing");

  private final Name name;
  private final String value;

  /**
   * @param value printable; empty where a subclass renders another
   */
  ResponseHeader(Name name, String value) {
    this.name = name;
    this.value = value;
  }

  @Override
  public String name() {
    return name.text();
  }

  @Override
  public String lowercaseName() {
    return name.lowerCase();
  }

  @Override
  public String value() {
    return value;
  }

  @Override
  public boolean renderInRequests() {
    return false;
  }

  @Override
  public boolean renderInResponses() {
    return true;
  }

  @Override
  public <R extends Rendering> R render(R out) {
    out.$tilde$tilde(name.text()).$tilde$tilde(": ");
    renderValue(out);
    return out;
  }

  void renderValue(Rendering out) {
    out.$tilde$tilde(value);
  }
}
