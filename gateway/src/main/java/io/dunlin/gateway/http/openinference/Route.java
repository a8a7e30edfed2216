package io.dunlin.gateway.http.openinference;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A path taken apart. Pure.
 *
 * @param endpoint what it names
 * @param model the model's name, percent-decoded; empty where the endpoint has none
 * @param version the version as written, percent-decoded; null if none is named
 * @param repository whether a repository is named on a repository call
 */
record Route(Endpoint endpoint, String model, @Nullable String version, boolean repository) {
  private static final String ROOT = "/v2";

  // What nearly all requests have, read without cutting the path into its segments.
  private static final String INFER_BEFORE = ROOT + "/models/";
  private static final String INFER_AFTER = "/infer";

  /**
   * Takes a path apart; the name segments are decoded after the path is split, so that an encoded
   * slash stays part of a name.
   *
   * @param path percent-encoded, without the query
   * @return the route, or empty for a path this protocol does not have
   * @throws IllegalArgumentException for a broken percent escape
   */
  static Optional<Route> of(String path) {
    if (path.equals(ROOT) || path.equals(ROOT + "/")) {
      return route(Endpoint.SERVER_METADATA);
    }
    if (!path.startsWith(ROOT + "/")) {
      return Optional.empty();
    }
    if (path.startsWith(INFER_BEFORE) && path.endsWith(INFER_AFTER)) {
      int end = path.length() - INFER_AFTER.length();
      if (end > INFER_BEFORE.length() && path.indexOf('/', INFER_BEFORE.length()) == end) {
        String model = decode(path.substring(INFER_BEFORE.length(), end));
        return Optional.of(new Route(Endpoint.MODEL_INFER, model, null, false));
      }
    }
    // The limit keeps trailing empty segments, so "/v2/models/" is not "/v2/models".
    String[] segments = path.substring(ROOT.length() + 1).split("/", -1);
    return switch (segments[0]) {
      case "health" -> health(segments);
      case "models" -> models(segments);
      case "repository" -> repository(segments);
      default -> Optional.empty();
    };
  }

  private static Optional<Route> health(String[] segments) {
    if (segments.length != 2) {
      return Optional.empty();
    }
    return switch (segments[1]) {
      case "live" -> route(Endpoint.SERVER_LIVE);
      case "ready" -> route(Endpoint.SERVER_READY);
      default -> Optional.empty();
    };
  }

  private static Optional<Route> models(String[] segments) {
    if (segments.length == 1) {
      return route(Endpoint.MODEL_LIST);
    }
    if (segments.length == 2 && segments[1].equals("stats")) {
      return route(Endpoint.ALL_STATISTICS);
    }
    if (segments[1].isEmpty()) {
      return Optional.empty();
    }
    String model = decode(segments[1]);
    boolean versioned = segments.length >= 4 && segments[2].equals("versions");
    if (versioned && segments[3].isEmpty()) {
      return Optional.empty();
    }
    String version = versioned ? decode(segments[3]) : null;
    int verbAt = versioned ? 4 : 2;
    if (segments.length == verbAt) {
      return Optional.of(new Route(Endpoint.MODEL_METADATA, model, version, false));
    }
    if (segments.length != verbAt + 1) {
      return Optional.empty();
    }
    return modelVerb(segments[verbAt]).map(verb -> new Route(verb, model, version, false));
  }

  private static Optional<Endpoint> modelVerb(String verb) {
    return switch (verb) {
      case "infer" -> Optional.of(Endpoint.MODEL_INFER);
      case "ready" -> Optional.of(Endpoint.MODEL_READY);
      case "config" -> Optional.of(Endpoint.MODEL_CONFIG);
      case "stats" -> Optional.of(Endpoint.MODEL_STATISTICS);
      default -> Optional.empty();
    };
  }

  private static Optional<Route> repository(String[] segments) {
    int last = segments.length - 1;
    if (segments[last].equals("index")) {
      return last == 1 || last == 2 && !segments[1].isEmpty()
          ? Optional.of(new Route(Endpoint.REPOSITORY_INDEX, "", null, last == 2))
          : Optional.empty();
    }
    Endpoint control =
        switch (segments[last]) {
          case "load" -> Endpoint.REPOSITORY_LOAD;
          case "unload" -> Endpoint.REPOSITORY_UNLOAD;
          default -> null;
        };
    boolean named = last == 4 && !segments[1].isEmpty();
    if (control == null || !(last == 3 || named) || !segments[last - 2].equals("models")) {
      return Optional.empty();
    }
    return Optional.of(new Route(control, decode(segments[last - 1]), null, named));
  }

  private static Optional<Route> route(Endpoint endpoint) {
    return Optional.of(new Route(endpoint, "", null, false));
  }

  private static String decode(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    // URLDecoder is for forms, where '+' is a space; in a path it is itself.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
