package io.dunlin.gateway.routing;

import io.dunlin.shared.model.ModelSpec;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What to expect of a model or version that cannot answer now. Pure. */
public sealed interface Outlook {
  /**
   * It is wanted, or this gateway does not know yet whether it is: a request may wait.
   *
   * @param reason what it waits for; empty when nothing is known of it
   * @param defaultTimeout deadline of requests that name none
   */
  record Coming(String reason, Duration defaultTimeout) implements Outlook {}

  /**
   * It is wanted, but will not come by itself.
   *
   * @param reason why
   */
  record Broken(String reason) implements Outlook {}

  /** Nobody wants it, or not any more. */
  record Unknown() implements Outlook {}

  /**
   * @param version null for whichever is the latest
   */
  static Outlook of(ServedModels models, String name, @Nullable Long version) {
    ServedModel model = models.find(name).orElse(null);
    if (model == null) {
      return models.isComplete()
          ? new Unknown()
          : new Coming("this gateway has not read the catalogue yet", ModelSpec.DEFAULT_TIMEOUT);
    }
    return version == null ? ofLatest(model) : ofVersion(models, model, version);
  }

  private static Outlook ofLatest(ServedModel model) {
    Optional<ServedVersion> coming =
        model.versions().stream().filter(ServedVersion::isComing).findFirst();
    if (coming.isPresent()) {
      return coming(coming.get());
    }
    return new Broken(
        model.versions().stream()
            .filter(ServedVersion::desired)
            .findFirst()
            .map(ServedVersion::reason)
            .orElse("its source has no version"));
  }

  private static Outlook ofVersion(ServedModels models, ServedModel model, long number) {
    ServedVersion version = model.version(number).orElse(null);
    if (version == null) {
      return models.isComplete()
          ? new Unknown()
          : new Coming("this gateway has not read the catalogue yet", ModelSpec.DEFAULT_TIMEOUT);
    }
    if (version.isComing()) {
      return coming(version);
    }
    return version.desired() ? new Broken(version.reason()) : new Unknown();
  }

  private static Coming coming(ServedVersion version) {
    return new Coming(version.reason(), version.defaultTimeout());
  }
}
