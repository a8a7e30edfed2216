package io.dunlin.gateway.http.admin;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.util.ByteString;

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
    return http.entity()
        .withSizeLimit(MAX_DRAINED)
        .getDataBytes()
        .completionTimeout(TIMEOUT)
        .runFold(new Received(), Received::add, system)
        .thenApply(Received::whole)
        .exceptionally(
            failure -> {
              throw explain(failure);
            });
  }

  /** What came so far, and nothing of what comes beyond the limit. */
  private static final class Received {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLong;

    Received add(ByteString part) {
      tooLong |= bytes.size() + part.length() > MAX_BYTES;
      if (!tooLong) {
        bytes.writeBytes(part.toArrayUnsafe());
      }
      return this;
    }

    byte[] whole() {
      if (tooLong) {
        throw tooLarge();
      }
      return bytes.toByteArray();
    }
  }

  private static RuntimeException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case InferenceException expected -> expected;
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
