package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import io.dunlin.shared.model.ReplicaId;
import java.util.stream.Collectors;

/**
 * The node holds no other replica of the version, unless the model gave up spreading ({@code
 * placement.spread: false}). Rationale: two replicas in one process fail together and share one
 * device, so the second would cost memory and protect nothing.
 */
public final class OneReplicaPerNodeFilter implements PlacementFilter {
  @Override
  public String name() {
    return "one-per-node";
  }

  @Override
  public boolean passes(Candidate candidate) {
    return !candidate.holdsVersion() || !candidate.spec().placement().spread();
  }

  @Override
  public String reason(Candidate candidate) {
    return holds(candidate);
  }

  /** {@code holds replica 0}. */
  static String holds(Candidate candidate) {
    return "holds replica "
        + candidate.replicasOfVersionHere().stream()
            .map(ReplicaId::ordinal)
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
  }
}
