package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What a simulation is told on the command line.
 *
 * <table>
 * <caption>System properties</caption>
 * <tr><td>{@code dunlin.url}</td><td>REST URLs of the gateways, separated by commas</td></tr>
 * <tr><td>{@code dunlin.rate}</td><td>requests a second; of the last step where it grows</td></tr>
 * <tr><td>{@code dunlin.duration}</td><td>seconds at that rate</td></tr>
 * <tr><td>{@code dunlin.warmup}</td><td>seconds before that which do not count, 0 for none</td></tr>
 * <tr><td>{@code dunlin.p99}</td><td>most milliseconds for 99 of 100 answers</td></tr>
 * <tr><td>{@code dunlin.models}</td><td>models to choose from, where a simulation chooses</td></tr>
 * </table>
 */
final class Target {
  static final String WARM_UP = "warm-up";

  private Target() {}

  /** Kept-alive connections, shared by all virtual users, over all gateways in turn. */
  static HttpProtocolBuilder protocol() {
    List<String> urls = list("dunlin.url", "http://127.0.0.1:8501");
    return http.baseUrls(urls)
        .shareConnections()
        .disableCaching()
        .userAgentHeader("dunlin-load-test")
        .acceptHeader("*/*");
  }

  static double rate(double whenUnset) {
    return value("dunlin.rate", whenUnset, Double::parseDouble, rate -> rate > 0);
  }

  static Duration duration() {
    return Duration.ofSeconds(value("dunlin.duration", 30L, Long::parseLong, s -> s > 0));
  }

  /**
   * What comes before the load: the same requests under the name {@value #WARM_UP}, so that a
   * server whose code is not compiled yet is not measured, with a pause behind them.
   *
   * @param requests what is asked, each at a twentieth of {@code perSecond}, then at a fifth
   */
  static PopulationBuilder warmUp(double perSecond, ChainBuilder... requests) {
    long seconds = value("dunlin.warmup", 8L, Long::parseLong, s -> s >= 0);
    ScenarioBuilder warmUp = scenario(WARM_UP);
    for (ChainBuilder request : requests) {
      warmUp = warmUp.exec(request);
    }
    return seconds == 0
        ? warmUp.injectOpen(nothingFor(Duration.ofMillis(1)))
        : warmUp.injectOpen(
            rampUsersPerSec(Math.max(1, perSecond / 20))
                .to(Math.max(1, perSecond / 5))
                .during(Duration.ofSeconds(seconds)));
  }

  static int p99Millis(int whenUnset) {
    return value("dunlin.p99", whenUnset, Integer::parseInt, ms -> ms > 0);
  }

  static List<String> models(String whenUnset) {
    return list("dunlin.models", whenUnset);
  }

  private static List<String> list(String property, String whenUnset) {
    return Arrays.stream(System.getProperty(property, whenUnset).split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private static <T> T value(
      String property, T whenUnset, Function<String, T> parse, Function<T, Boolean> fits) {
    String text = System.getProperty(property);
    if (text == null) {
      return whenUnset;
    }
    try {
      T value = parse.apply(text);
      if (fits.apply(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with what was expected
    }
    throw new IllegalArgumentException(property + ": '" + text + "' (expected: a number > 0)");
  }
}
