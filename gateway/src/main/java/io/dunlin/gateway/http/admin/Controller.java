package io.dunlin.gateway.http.admin;

import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ControlProtocol.Accepted;
import io.dunlin.shared.protocol.ControlProtocol.Command;
import io.dunlin.shared.protocol.ControlProtocol.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The model controller as the admin API speaks to it: a refusal becomes an exception with the
 * controller's words, silence becomes {@code unavailable}, and a change is answered when this
 * gateway's own picture shows it, so that whoever made it can read it back here.
 */
final class Controller {
  static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(5);
  static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(3);

  /** A change is stored on a majority by then; this gateway hears of it by gossip. */
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(2);

  private final ControllerEndpoint endpoint;
  private final ClusterPicture picture;

  Controller(ControllerEndpoint endpoint, ClusterPicture picture) {
    this.endpoint = endpoint;
    this.picture = picture;
  }

  /** Changes a model's entry. */
  CompletionStage<Accepted> change(Function<ActorRef<Reply>, Command> command) {
    return accepted(command)
        .thenCompose(accepted -> shown(accepted, snapshot -> showsRevision(snapshot, accepted)));
  }

  /** Orders a node to drain or to take replicas again. */
  CompletionStage<Accepted> order(String node, boolean draining) {
    return accepted(replyTo -> new ControlProtocol.SetDraining(node, draining, replyTo))
        .thenCompose(
            accepted ->
                shown(
                    accepted,
                    snapshot ->
                        snapshot
                            .node(node)
                            .map(report -> snapshot.isOrderedToDrain(report) == draining)
                            .orElse(true)));
  }

  CompletionStage<PlacementReport> explain(String model) {
    return ask(
            replyTo -> new ControlProtocol.ExplainPlacement(model, replyTo), QUESTION_TIMEOUT, "")
        .thenApply(
            reply -> {
              if (reply instanceof ControlProtocol.Explained explained) {
                return explained.report();
              }
              throw unexpected(reply);
            });
  }

  CompletionStage<DryRunReport> dryRun(Function<ActorRef<Reply>, Command> question) {
    return ask(question, CHANGE_TIMEOUT, "")
        .thenApply(
            reply -> {
              if (reply instanceof ControlProtocol.DryRunDone done) {
                return done.report();
              }
              throw unexpected(reply);
            });
  }

  private CompletionStage<Accepted> accepted(Function<ActorRef<Reply>, Command> command) {
    return ask(command, CHANGE_TIMEOUT, "; the change may still be made: look before you repeat it")
        .thenApply(
            reply -> {
              if (reply instanceof Accepted accepted) {
                return accepted;
              }
              throw unexpected(reply);
            });
  }

  private CompletionStage<Accepted> shown(Accepted accepted, Predicate<ClusterSnapshot> by) {
    return picture.shows(by, SHOWN_WITHIN).thenApply(shown -> accepted);
  }

  private static boolean showsRevision(ClusterSnapshot snapshot, Accepted accepted) {
    CatalogEntry entry = snapshot.catalog().get(accepted.model());
    return entry != null && entry.revision() >= accepted.revision();
  }

  private CompletionStage<Reply> ask(
      Function<ActorRef<Reply>, Command> command, Duration timeout, String afterwards) {
    return endpoint
        .ask(command, timeout)
        .handle(
            (reply, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(reply)
                    : CompletableFuture.<Reply>failedFuture(silent(failure, timeout, afterwards)))
        .thenCompose(stage -> stage);
  }

  private static Throwable silent(Throwable failure, Duration timeout, String afterwards) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof TimeoutException
        ? new InferenceException(
            FailureCode.UNAVAILABLE,
            "the controller did not answer within " + timeout.toSeconds() + " s" + afterwards)
        : cause;
  }

  private static RuntimeException unexpected(Reply reply) {
    return reply instanceof ControlProtocol.Rejected rejected
        ? rejected.failure().toException()
        : new InferenceException(
            new Failure(
                FailureCode.INTERNAL,
                "the controller answered " + reply.getClass().getSimpleName()));
  }
}
