package io.dunlin.gateway.http;

import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.scaladsl.model.Uri;

/**
 * The text of paths, as sent. Pekko has a path only in its parts; most requests ask for one of few,
 * so their texts are kept, and what is kept is bounded by dropping all of it. Thread-safe.
 */
final class RawPaths {
  private static final int MAX_KEPT = 1024;
  private static final int MAX_LENGTH = 256;

  private final ConcurrentHashMap<Uri.Path, String> texts = new ConcurrentHashMap<>();

  String of(Uri.Path path) {
    String known = texts.get(path);
    return known != null ? known : add(path);
  }

  private String add(Uri.Path path) {
    String text = path.toString();
    if (text.length() <= MAX_LENGTH) {
      if (texts.size() >= MAX_KEPT) {
        texts.clear();
      }
      texts.put(path, text);
    }
    return text;
  }
}
