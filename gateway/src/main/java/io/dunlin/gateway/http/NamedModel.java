package io.dunlin.gateway.http;

import io.dunlin.gateway.routing.Outlook;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelVersionId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request names, whatever the protocol: a model, and in it a version, a label or whichever
 * version is the latest. Decides what a failure means for the request: that is all, or it is worth
 * asking again. Pure but for the snapshot it looks at.
 *
 * @param version the number asked for; null for none
 * @param label the label asked for; null for none
 */
public record NamedModel(
    ServedModels models, String model, @Nullable Long version, @Nullable String label) {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** What to expect of it while it cannot answer. */
  public Outlook outlook() {
    if (label == null) {
      return Outlook.of(models, model, version);
    }
    Optional<ServedModel> known = models.find(model);
    if (known.isEmpty()) {
      return Outlook.of(models, model, null);
    }
    return known
        .flatMap(served -> served.mainBehind(label))
        .map(number -> Outlook.of(models, model, number))
        .orElseGet(Outlook.Unknown::new);
  }

  /**
   * The failure for something that is known and cannot answer now: to try again may help.
   *
   * @param what the protocol's words for what was asked
   */
  public static Failure notNow(String what, String reason) {
    return new Failure(
        FailureCode.UNAVAILABLE, reason.isEmpty() ? what : what + ": " + reason, RETRY_AFTER);
  }

  /**
   * What to throw for a failure: itself, or that it is worth asking again. It is when what was
   * named is coming, or when it stands for another version by now than the one that was tried, and
   * nothing has been run.
   *
   * @param tried the version that was asked; null when none could be
   * @param deadline of the request, by the timeout that holds if it names none
   */
  public RuntimeException orAgain(
      InferenceException failure,
      @Nullable ModelVersionId tried,
      Function<Duration, Deadline> deadline) {
    boolean notRun =
        switch (failure.failure().code()) {
          case NOT_FOUND, UNAVAILABLE, DRAINING, REPLICA_GONE -> true;
          case INVALID_ARGUMENT,
              FAILED_PRECONDITION,
              METHOD_NOT_ALLOWED,
              ALREADY_EXISTS,
              STALE_REVISION,
              PAYLOAD_TOO_LARGE,
              RESOURCE_EXHAUSTED,
              CANCELLED,
              INTERNAL,
              UNIMPLEMENTED,
              OVERLOADED,
              CONNECTION_LOST,
              DEADLINE_EXCEEDED ->
              false;
        };
    if (!notRun) {
      return failure;
    }
    ServedVersion now = answering();
    if (now != null && (tried == null || now.version() != tried.version())) {
      return new AskAgainException(
          failure.failure(), () -> true, deadline.apply(now.defaultTimeout()));
    }
    // One that was tried has waited for its replicas already, unless it was withdrawn.
    boolean mayWait = tried == null || failure.failure().code() == FailureCode.NOT_FOUND;
    if (mayWait && now == null && outlook() instanceof Outlook.Coming coming) {
      return new AskAgainException(
          failure.failure(), () -> !isAwaited(), deadline.apply(coming.defaultTimeout()));
    }
    return failure;
  }

  private boolean isAwaited() {
    return answering() == null && outlook() instanceof Outlook.Coming;
  }

  /** The version it stands for now, if that can answer. */
  private @Nullable ServedVersion answering() {
    ServedModel served = models.find(model).orElse(null);
    if (served == null) {
      return null;
    }
    Optional<ServedVersion> found;
    if (label != null) {
      found = served.mainBehind(label).flatMap(served::version);
    } else {
      found = version == null ? served.latestAvailable() : served.version(version);
    }
    return found.filter(ServedVersion::isAvailable).orElse(null);
  }
}
