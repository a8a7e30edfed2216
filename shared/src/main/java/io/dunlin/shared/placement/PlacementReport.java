package io.dunlin.shared.placement;

import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the replicas of one model are, and why.
 *
 * @param model its name
 * @param revision of the catalog entry this was planned for
 * @param wanted replicas desired, over all served versions
 * @param placed how many of those have a node
 * @param replicas one decision each, by id; those that leave included
 * @param replicasLeftOut how many decisions were left out to keep this within one message
 */
public record PlacementReport(
    String model,
    long revision,
    int wanted,
    int placed,
    List<Decision> replicas,
    int replicasLeftOut) {

  /** What was decided about a replica. */
  public enum Outcome {
    /** It stays where it is; scores are as if it were placed now. */
    KEPT,
    /** It is new on its node. */
    PLACED,
    /** It is new on its node and takes over from another for a better balance. */
    MOVED,
    /** It goes away. */
    LEAVING,
    /** No node passed every filter. */
    NOT_PLACED
  }

  /**
   * @param replica which
   * @param outcome what was decided
   * @param node where it is or will be; empty when NOT_PLACED
   * @param device that node's device; empty when NOT_PLACED
   * @param state the replica's state as last reported; empty when no node has reported it
   * @param reason why it moves, leaves or failed; empty when there is nothing to say
   * @param replaces the replica it succeeds; null when none
   * @param candidates the nodes looked at, the best first
   * @param candidatesLeftOut how many nodes were looked at beyond those listed
   * @param rejections how many nodes each filter rejected, by filter name
   * @param wouldFitIf for a replica without a node, changes each of which would give it one, the
   *     smallest first
   */
  public record Decision(
      ReplicaId replica,
      Outcome outcome,
      String node,
      String device,
      String state,
      String reason,
      @Nullable ReplicaId replaces,
      List<Candidate> candidates,
      int candidatesLeftOut,
      Map<String, Integer> rejections,
      List<String> wouldFitIf) {}

  /**
   * @param node its id
   * @param device its device's name
   * @param rejections every filter that rejected it; empty when it passed
   * @param score when it passed, else null
   */
  public record Candidate(
      String node, String device, List<Rejection> rejections, @Nullable Score score) {}

  /**
   * @param filter the filter's name
   * @param reason such as {@code needs 6.1 GiB, 2.3 GiB free}
   */
  public record Rejection(String filter, String reason) {}

  /**
   * @param total 0 to 1, higher is better
   * @param parts what each scorer gave, weighed, in a fixed order
   */
  public record Score(double total, List<Part> parts) {}

  /** One scorer's share of a score. */
  public record Part(String name, double value) {}
}
