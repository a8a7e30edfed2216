package io.dunlin.gateway.http.admin;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code If-Match} and {@code If-None-Match} (RFC 9110 section 13.1) with revisions as entity tags.
 *
 * @param revision the one {@code If-Match} names; null when it names none
 * @param mustExist {@code If-Match: *}
 * @param mustBeNew {@code If-None-Match: *}
 */
record Preconditions(@Nullable Long revision, boolean mustExist, boolean mustBeNew) {

  static Preconditions of(AdminRequest request) {
    String match = request.header().apply("If-Match").orElse("").strip();
    String noneMatch = request.header().apply("If-None-Match").orElse("").strip();
    if (!noneMatch.isEmpty() && !noneMatch.equals("*")) {
      throw malformed("If-None-Match", noneMatch, "*");
    }
    if (!noneMatch.isEmpty() && !match.isEmpty()) {
      throw malformed("If-None-Match", noneMatch, "not together with If-Match");
    }
    if (match.isEmpty() || match.equals("*")) {
      return new Preconditions(null, match.equals("*"), !noneMatch.isEmpty());
    }
    boolean quoted = match.length() > 1 && match.startsWith("\"") && match.endsWith("\"");
    try {
      String number = quoted ? match.substring(1, match.length() - 1) : match;
      return new Preconditions(Long.parseLong(number), false, false);
    } catch (NumberFormatException e) {
      throw malformed("If-Match", match, "one revision, such as \"3\", or *");
    }
  }

  /**
   * The revision the controller is to insist on; null for none.
   *
   * @param current the entry as this gateway sees it
   * @throws InferenceException STALE_REVISION when the condition does not hold already
   */
  @Nullable Long insistOn(String model, @Nullable CatalogEntry current) {
    Optional<CatalogEntry> live = Optional.ofNullable(current).filter(entry -> !entry.deleted());
    if (mustBeNew && live.isPresent()) {
      throw new InferenceException(
          FailureCode.STALE_REVISION,
          "If-None-Match: * (expected: no model '"
              + model
              + "', but it is deployed, revision "
              + live.get().revision()
              + ")");
    }
    if (mustExist && live.isEmpty()) {
      throw new InferenceException(
          FailureCode.STALE_REVISION,
          "If-Match: * (expected: a model '" + model + "', but it is not deployed)");
    }
    if (mustBeNew) {
      return current == null ? 0L : Long.valueOf(current.revision());
    }
    return revision;
  }

  private static InferenceException malformed(String header, String value, String expected) {
    return Failure.invalidArgument(header + ": " + value + " (expected: " + expected + ")")
        .toException();
  }
}
