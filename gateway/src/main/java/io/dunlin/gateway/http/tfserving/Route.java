package io.dunlin.gateway.http.tfserving;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a method and a path ask for.
 *
 * <pre>
 * GET  /v1/models/{m}[/versions/{int}|/labels/{label}][/metadata]
 * POST /v1/models/{m}[/versions/{int}|/labels/{label}]:(predict|classify|regress)
 * </pre>
 *
 * Fixed segments match in any case, the verb in lower case only. A name is any run of characters
 * but {@code /} and {@code :}, percent-decoded after the match, so {@code %2F} may be part of it.
 *
 * @param model percent-decoded
 * @param version the version named, if one is
 * @param label the label named, percent-decoded, if one is; never together with a version
 */
record Route(Action action, String model, @Nullable Long version, @Nullable String label) {
  /** What is asked of the model. */
  enum Action {
    STATUS,
    METADATA,
    PREDICT,
    CLASSIFY,
    REGRESS
  }

  private record Verb(String text, Action action) {}

  private static final String MODELS = "/v1/models";
  private static final List<Verb> VERBS =
      List.of(
          new Verb("predict", Action.PREDICT),
          new Verb("classify", Action.CLASSIFY),
          new Verb("regress", Action.REGRESS));

  /**
   * @param path as sent, beginning with {@code /v1/} in any case
   * @throws InferenceException INVALID_ARGUMENT, for whatever does not match: never "method not
   *     allowed"
   */
  static Route parse(String method, String path) {
    boolean get = method.equals("GET");
    if (!startsWith(path, 0, MODELS) || !get && !method.equals("POST")) {
      throw malformed(method, path);
    }
    if (path.length() == MODELS.length() && get) {
      throw invalid("Missing model name in request.");
    }
    int colon = path.indexOf(':');
    if (get != colon < 0) {
      throw malformed(method, path);
    }
    if (!get && path.indexOf('/', MODELS.length() + 1) < 0) {
      return bare(method, path, colon);
    }
    String[] segments =
        (get ? path : path.substring(0, colon)).substring(MODELS.length()).split("/", -1);
    int count = segments.length;
    Action action = get ? Action.STATUS : verb(method, path, colon);
    // "/m", "/m/versions/1", each with "/metadata" behind it in a GET; segments[0] is before "/"
    if (get && (count == 3 || count == 5) && segments[count - 1].equalsIgnoreCase("metadata")) {
      action = Action.METADATA;
      count--;
    }
    if (count != 2 && count != 4 || !segments[0].isEmpty() || segments[1].isEmpty()) {
      throw malformed(method, path);
    }
    String model = percentDecoded(segments[1]);
    if (count == 2) {
      return new Route(action, model, null, null);
    }
    if (segments[2].equalsIgnoreCase("labels") && !segments[3].isEmpty()) {
      return new Route(action, model, null, percentDecoded(segments[3]));
    }
    if (segments[2].equalsIgnoreCase("versions") && isDigits(segments[3])) {
      return new Route(action, model, versionNumber(segments[3]), null);
    }
    throw malformed(method, path);
  }

  /** What nearly all requests have: a model and a verb, nothing between them. */
  private static Route bare(String method, String path, int colon) {
    Action action = verb(method, path, colon);
    int from = MODELS.length() + 1;
    if (colon <= from || path.charAt(MODELS.length()) != '/') {
      throw malformed(method, path);
    }
    return new Route(action, percentDecoded(path.substring(from, colon)), null, null);
  }

  private static Action verb(String method, String path, int colon) {
    for (Verb verb : VERBS) {
      if (path.length() - colon - 1 == verb.text().length() && path.endsWith(verb.text())) {
        return verb.action();
      }
    }
    throw malformed(method, path);
  }

  static InferenceException malformed(String method, String path) {
    return invalid("Malformed request: " + method + " " + path);
  }

  private static InferenceException invalid(String message) {
    return Failure.invalidArgument(message).toException();
  }

  /** Whether the text is at that place, ASCII case aside. */
  static boolean startsWith(String text, int at, String prefix) {
    return text.regionMatches(true, at, prefix, 0, prefix.length());
  }

  private static long versionNumber(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw invalid("Failed to convert version: " + digits + " to numeric.");
    }
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** UTF-8 behind the percent signs; an escape that is none stays as it is. */
  static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int count = 0;
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low >= 0) {
        out[count++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[count++] = in[i];
      }
    }
    return new String(out, 0, count, StandardCharsets.UTF_8);
  }
}
