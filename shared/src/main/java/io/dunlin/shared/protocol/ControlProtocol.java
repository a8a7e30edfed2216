package io.dunlin.shared.protocol;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelSpec;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Commands to the model controller, the one writer of desired state. */
public final class ControlProtocol {
  private ControlProtocol() {}

  /** Messages the controller takes from other processes. */
  public sealed interface Command permits Deploy, Undeploy, SetAlias, RepositorySeen {}

  /**
   * Serve a model as the spec says; replaces an older spec.
   *
   * @param ifRevision only if the entry has this revision; null for whatever it has
   */
  public record Deploy(ModelSpec spec, @Nullable Long ifRevision, ActorRef<Reply> replyTo)
      implements Command {}

  /** Serve a model no longer. */
  public record Undeploy(String model, @Nullable Long ifRevision, ActorRef<Reply> replyTo)
      implements Command {}

  /** Point a label at a version; version null takes the label away. */
  public record SetAlias(
      String model, String alias, @Nullable Long version, ActorRef<Reply> replyTo)
      implements Command {}

  /**
   * What a node found in its model repository; sent when it changed and, as a heartbeat, now and
   * then.
   *
   * @param nodeId the node that looked
   * @param models one entry per model folder
   */
  public record RepositorySeen(String nodeId, List<RepositoryModel> models) implements Command {}

  /**
   * @param spec from {@code model.yaml}, or the defaults
   * @param versions complete versions, ascending
   */
  public record RepositoryModel(ModelSpec spec, List<Long> versions) {}

  /** The controller's one answer to a command with {@code replyTo}. */
  public sealed interface Reply permits Accepted, Rejected {}

  /** Stored on a majority; the work goes on. */
  public record Accepted(String model, long revision) implements Reply {}

  /** Nothing was changed. */
  public record Rejected(Failure failure) implements Reply {}
}
