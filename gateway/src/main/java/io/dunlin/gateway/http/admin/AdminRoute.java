package io.dunlin.gateway.http.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One method of one resource of the admin port.
 *
 * @param method upper case
 * @param template such as {@code /admin/v1/models/{model}}
 * @param segments the template's
 * @param handler answers
 */
record AdminRoute(String method, String template, List<String> segments, Handler handler) {

  /** Answers a request whose path fits the template. */
  @FunctionalInterface
  interface Handler {
    /**
     * @param names what stands for the template's names, in order
     * @return the answer; fails, or throws, an {@link
     *     io.dunlin.shared.inference.InferenceException} for what the caller did wrong
     */
    CompletionStage<AdminResponse> answer(AdminRequest request, List<String> names);
  }

  static AdminRoute of(String method, String template, Handler handler) {
    List<String> segments = new ArrayList<>();
    for (String segment : template.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return new AdminRoute(method, template, List.copyOf(segments), handler);
  }

  /** What stands for the template's names in a path; empty when the path does not fit. */
  Optional<List<String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      if (segments.get(i).startsWith("{")) {
        names.add(path.get(i));
      } else if (!segments.get(i).equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }
}
