package io.dunlin.gateway.http;

import io.dunlin.shared.inference.Timings;
import org.apache.pekko.http.impl.util.Rendering;

/**
 * W3C Server Timing, durations in milliseconds with three decimals. Written straight into the
 * response's bytes: it is different in each.
 */
final class ServerTiming extends ResponseHeader {
  private final Timings timings;

  ServerTiming(Timings timings) {
    super(SERVER_TIMING, "");
    this.timings = timings;
  }

  @Override
  public String value() {
    StringBuilder text = new StringBuilder(80);
    text.append("queue;dur=").append(millis(timings.queueNanos()));
    text.append(", compute;dur=").append(millis(timings.computeNanos()));
    return text.append(", batch;desc=\"").append(timings.batchRows()).append('"').toString();
  }

  @Override
  void renderValue(Rendering out) {
    out.$tilde$tilde("queue;dur=");
    renderMillis(out, timings.queueNanos());
    out.$tilde$tilde(", compute;dur=");
    renderMillis(out, timings.computeNanos());
    out.$tilde$tilde(", batch;desc=\"").$tilde$tilde(timings.batchRows()).$tilde$tilde('"');
  }

  private static void renderMillis(Rendering out, long nanos) {
    long micros = micros(nanos);
    int rest = (int) (micros % 1000);
    out.$tilde$tilde(micros / 1000)
        .$tilde$tilde('.')
        .$tilde$tilde((char) ('0' + rest / 100))
        .$tilde$tilde((char) ('0' + rest / 10 % 10))
        .$tilde$tilde((char) ('0' + rest % 10));
  }

  private static String millis(long nanos) {
    long micros = micros(nanos);
    String rest = Long.toString(1000 + micros % 1000);
    return micros / 1000 + "." + rest.substring(1);
  }

  private static long micros(long nanos) {
    return Math.max(0, nanos) / 1000;
  }
}
