package io.dunlin.shared.protocol;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Commands to the model controller, the one writer of desired state. */
public final class ControlProtocol {
  private ControlProtocol() {}

  /** Messages the controller takes from other processes. */
  public sealed interface Command
      permits Deploy,
          Undeploy,
          SetAlias,
          Rollback,
          SetDraining,
          ExplainPlacement,
          DryRun,
          RepositorySeen {}

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

  /**
   * Point a label at versions; the switch happens when all their replicas are READY.
   *
   * @param weights version to weight, each at least 1; empty takes the label away
   * @param ifRevision only if the model's entry has this revision; null for whatever it has
   */
  public record SetAlias(
      String model,
      String alias,
      Map<Long, Integer> weights,
      @Nullable Long ifRevision,
      ActorRef<Reply> replyTo)
      implements Command {}

  /** Point a label back at what it pointed at before its last switch. */
  public record Rollback(
      String model, String alias, @Nullable Long ifRevision, ActorRef<Reply> replyTo)
      implements Command {}

  /**
   * Hand over a node's replicas and give it no more, or take that back. {@link Accepted#revision}
   * is the incarnation of the node it was meant for.
   */
  public record SetDraining(String nodeId, boolean draining, ActorRef<Reply> replyTo)
      implements Command {}

  /** Say where a model's replicas are, and why; answered by {@link Explained}. */
  public record ExplainPlacement(String model, ActorRef<Reply> replyTo) implements Command {}

  /**
   * Say what would happen; answered by {@link DryRunDone}.
   *
   * @param spec served instead of what its model has now; null for no change
   * @param lostNodes nodes that die
   */
  public record DryRun(@Nullable ModelSpec spec, List<String> lostNodes, ActorRef<Reply> replyTo)
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
   * @param bytes size of each version's files
   * @param problem why a model deployed from elsewhere cannot be served from its source on this
   *     node; empty while it can, or while that may change at any moment
   */
  public record RepositoryModel(
      ModelSpec spec, List<Long> versions, Map<Long, Long> bytes, String problem) {
    public RepositoryModel {
      // absent in what an older process sent
      bytes = bytes == null ? Map.of() : Map.copyOf(bytes);
      problem = problem == null ? "" : problem;
    }

    /** Versions of unknown size. */
    public static RepositoryModel of(ModelSpec spec, List<Long> versions) {
      return new RepositoryModel(spec, versions, Map.of(), "");
    }
  }

  /** The controller's one answer to a command with {@code replyTo}. */
  public sealed interface Reply permits Accepted, Rejected, Explained, DryRunDone {}

  /** Stored by a majority of the members; the work goes on. */
  public record Accepted(String model, long revision) implements Reply {}

  /** Nothing was changed. */
  public record Rejected(Failure failure) implements Reply {}

  /** The answer to {@link ExplainPlacement}. */
  public record Explained(PlacementReport report) implements Reply {}

  /** The answer to {@link DryRun}. */
  public record DryRunDone(DryRunReport report) implements Reply {}
}
