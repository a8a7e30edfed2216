package io.dunlin.gateway.http;

import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body whole: admitted by size before it is read, bounded while it is read, and
 * decompressed within the same bound.
 *
 * <p>A body that is too large is read to its end and thrown away before the refusal is sent,
 * because a client that is still sending would see a reset instead of the answer; beyond {@link
 * #MAX_DRAINED} the connection is cut.
 */
final class BodyReader {
  /** The most bytes of an oversized body that are read and dropped. */
  static final long MAX_DRAINED = 1L << 30;

  /**
   * A body in memory.
   *
   * @param reserved bytes it holds of the budget
   */
  record Body(byte[] array, int offset, int length, RequestBudget budget, long reserved) {
    /** Gives its bytes back; once. */
    void release() {
      budget.release(reserved);
    }
  }

  private final InferenceServerSettings settings;
  private final RequestBudget budget;
  private final ActorSystem<?> system;

  BodyReader(InferenceServerSettings settings, RequestBudget budget, ActorSystem<?> system) {
    this.settings = settings;
    this.budget = budget;
    this.system = system;
  }

  /**
   * A body that came with its head, as small ones do: needs no stage.
   *
   * @return null when it did not; then {@link #read}
   * @throws InferenceException when it is not to be had
   */
  @Nullable Body whole(HttpRequest http, @Nullable String encoding) {
    if (!(http.entity() instanceof HttpEntity.Strict strict)) {
      return null;
    }
    ByteString data = strict.getData();
    int reserved = data.size();
    if (reserved > settings.maxBodyBytes()) {
      throw bodyTooLarge();
    }
    if (!budget.tryAcquire(reserved)) {
      throw noRoom();
    }
    try {
      return inflate(data, encoding, reserved);
    } catch (RuntimeException e) {
      budget.release(reserved);
      throw e;
    }
  }

  /**
   * The body; fails with an {@link InferenceException} when it is not to be had.
   *
   * @param caller where a body that took more than one read is handed on
   */
  CompletionStage<Body> read(HttpRequest http, @Nullable String encoding, Executor caller) {
    OptionalLong declared = http.entity().getContentLengthOption();
    if (declared.isPresent() && declared.getAsLong() > settings.maxBodyBytes()) {
      return drain(http).thenCompose(done -> CompletableFuture.failedFuture(bodyTooLarge()));
    }
    long reserved = declared.orElse(settings.maxBodyBytes());
    if (!budget.tryAcquire(reserved)) {
      return drain(http).thenCompose(done -> CompletableFuture.failedFuture(noRoom()));
    }
    return http.entity()
        .withSizeLimit(settings.maxBodyBytes())
        .toStrict(settings.bodyTimeout().toMillis(), system)
        .thenApplyAsync(strict -> inflate(strict.getData(), encoding, reserved), caller)
        .exceptionally(
            failure -> {
              budget.release(reserved);
              throw explain(failure);
            });
  }

  private Body inflate(ByteString data, @Nullable String encoding, long reserved) {
    byte[] array = data.toArrayUnsafe();
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return new Body(array, 0, array.length, budget, reserved);
    }
    byte[] inflated = Decompression.inflate(array, encoding, settings.maxBodyBytes());
    long extra = Math.max(0, inflated.length - reserved);
    if (extra > 0 && !budget.tryAcquire(extra)) {
      throw noRoom();
    }
    return new Body(inflated, 0, inflated.length, budget, reserved + extra);
  }

  private CompletionStage<Object> drain(HttpRequest http) {
    return http.entity()
        .withSizeLimit(MAX_DRAINED)
        .discardBytes(system)
        .completionStage()
        .handle((done, failure) -> (Object) Boolean.TRUE);
  }

  private InferenceException bodyTooLarge() {
    return new InferenceException(
        FailureCode.PAYLOAD_TOO_LARGE,
        "request body: too large (expected: <= " + settings.maxBodyBytes() + " bytes)");
  }

  private InferenceException noRoom() {
    return new Failure(
            FailureCode.OVERLOADED,
            "request bodies held: "
                + budget.heldBytes()
                + " bytes (expected: room within "
                + budget.maxBytes()
                + ")",
            Duration.ofSeconds(1))
        .toException();
  }

  private RuntimeException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case InferenceException expected -> expected;
      case EntityStreamSizeException large -> bodyTooLarge();
      case EntityStreamException cut ->
          new InferenceException(
              FailureCode.INVALID_ARGUMENT, "request body: ended early (" + cut.getMessage() + ")");
      case java.util.concurrent.TimeoutException slow ->
          new InferenceException(
              FailureCode.DEADLINE_EXCEEDED,
              "request body: not received within " + settings.bodyTimeout().toMillis() + " ms");
      default -> new CompletionException(cause);
    };
  }
}
