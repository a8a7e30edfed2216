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
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.util.ByteString;

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

  private static final Body EMPTY = new Body(new byte[0], 0, 0, () -> {});

  /**
   * A body in memory.
   *
   * @param onRelease gives its bytes back to the budget; once
   */
  record Body(byte[] array, int offset, int length, Runnable onRelease) {
    void release() {
      onRelease.run();
    }
  }

  private BodyReader() {}

  /**
   * The body; fails with an {@link InferenceException} when it is not to be had.
   *
   * @param caller where a body that took more than one read is handed on
   */
  static CompletionStage<Body> read(
      HttpRequest http,
      InferenceServerSettings settings,
      RequestBudget budget,
      Executor caller,
      ActorSystem<?> system) {
    HttpEntity.Strict strict = http.entity() instanceof HttpEntity.Strict small ? small : null;
    if (strict != null && strict.getData().isEmpty()) {
      return CompletableFuture.completedFuture(EMPTY);
    }
    OptionalLong declared = http.entity().getContentLengthOption();
    if (declared.isPresent() && declared.getAsLong() > settings.maxBodyBytes()) {
      return drain(http, system).thenCompose(done -> tooLarge(settings));
    }
    long reserved = declared.orElse(settings.maxBodyBytes());
    if (!budget.tryAcquire(reserved)) {
      return drain(http, system).thenCompose(done -> noRoom(budget));
    }
    CompletionStage<Body> body =
        strict != null
            ? CompletableFuture.completedFuture(strict)
                .thenCompose(whole -> inflate(http, whole.getData(), settings, reserved, budget))
            : http.entity()
                .withSizeLimit(settings.maxBodyBytes())
                .toStrict(settings.bodyTimeout().toMillis(), system)
                .thenComposeAsync(
                    whole -> inflate(http, whole.getData(), settings, reserved, budget), caller);
    return body.exceptionally(
        failure -> {
          budget.release(reserved);
          throw explain(failure, settings);
        });
  }

  private static CompletionStage<Body> inflate(
      HttpRequest http,
      ByteString data,
      InferenceServerSettings settings,
      long reserved,
      RequestBudget budget) {
    String encoding = http.getHeader("Content-Encoding").map(HttpHeader::value).orElse("identity");
    byte[] array = data.toArrayUnsafe();
    if (encoding.equalsIgnoreCase("identity")) {
      return CompletableFuture.completedFuture(
          new Body(array, 0, array.length, () -> budget.release(reserved)));
    }
    byte[] inflated = Decompression.inflate(array, encoding, settings.maxBodyBytes());
    long extra = Math.max(0, inflated.length - reserved);
    if (extra > 0 && !budget.tryAcquire(extra)) {
      return noRoom(budget);
    }
    return CompletableFuture.completedFuture(
        new Body(inflated, 0, inflated.length, () -> budget.release(reserved + extra)));
  }

  private static CompletionStage<Object> drain(HttpRequest http, ActorSystem<?> system) {
    return http.entity()
        .withSizeLimit(MAX_DRAINED)
        .discardBytes(system)
        .completionStage()
        .handle((done, failure) -> (Object) Boolean.TRUE);
  }

  private static <T> CompletionStage<T> tooLarge(InferenceServerSettings settings) {
    return CompletableFuture.failedFuture(bodyTooLarge(settings));
  }

  private static InferenceException bodyTooLarge(InferenceServerSettings settings) {
    return new InferenceException(
        FailureCode.PAYLOAD_TOO_LARGE,
        "request body: too large (expected: <= " + settings.maxBodyBytes() + " bytes)");
  }

  private static <T> CompletionStage<T> noRoom(RequestBudget budget) {
    return CompletableFuture.failedFuture(
        new Failure(
                FailureCode.OVERLOADED,
                "request bodies held: "
                    + budget.heldBytes()
                    + " bytes (expected: room within "
                    + budget.maxBytes()
                    + ")",
                Duration.ofSeconds(1))
            .toException());
  }

  private static RuntimeException explain(Throwable failure, InferenceServerSettings settings) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case InferenceException expected -> expected;
      case EntityStreamSizeException large -> bodyTooLarge(settings);
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
