package io.dunlin.gateway.http.admin;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;

/** Reads an admin request's body whole, up to {@link #MAX_BYTES}. */
final class AdminBody {
  /** The longest body; a model spec is a few hundred bytes. */
  static final int MAX_BYTES = 1 << 20;

  /** What is read and dropped of a body that is too long, so that its sender sees the answer. */
  private static final long MAX_DRAINED = 64L << 20;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ActorSystem<?> system;

  AdminBody(ActorSystem<?> system) {
    this.system = system;
  }

  CompletionStage<byte[]> read(HttpRequest http) {
    HttpEntity entity = http.entity();
    if (entity.getContentLengthOption().orElse(0) > MAX_BYTES) {
      return entity
          .withSizeLimit(MAX_DRAINED)
          .discardBytes(system)
          .completionStage()
          .handle((done, failure) -> true)
          .thenCompose(done -> CompletableFuture.failedFuture(tooLarge()));
    }
    return http.entity()
        .withSizeLimit(MAX_BYTES)
        .toStrict(TIMEOUT.toMillis(), system)
        .thenApply(strict -> strict.getData().toArray())
        .exceptionally(
            failure -> {
              throw explain(failure);
            });
  }

  private static RuntimeException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case EntityStreamSizeException large -> tooLarge();
      case EntityStreamException cut ->
          Bodies.invalid("request body: ended early (" + cut.getMessage() + ")");
      case TimeoutException slow ->
          new InferenceException(
              FailureCode.DEADLINE_EXCEEDED,
              "request body: not received within " + TIMEOUT.toSeconds() + " s");
      default -> new CompletionException(cause);
    };
  }

  private static InferenceException tooLarge() {
    return new InferenceException(
        FailureCode.PAYLOAD_TOO_LARGE,
        "request body: too large (expected: <= " + MAX_BYTES + " bytes)");
  }
}
