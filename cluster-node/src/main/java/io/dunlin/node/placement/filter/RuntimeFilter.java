package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import java.util.TreeSet;

/**
 * The node has the runtime the model version needs. Rationale: during an upgrade not every node can
 * load everything.
 */
public final class RuntimeFilter implements PlacementFilter {
  @Override
  public String name() {
    return "runtime";
  }

  @Override
  public boolean passes(Candidate candidate) {
    return candidate.node().runtimes().contains(candidate.platform());
  }

  @Override
  public String reason(Candidate candidate) {
    String has = String.join(", ", new TreeSet<>(candidate.node().runtimes()));
    return "runs " + (has.isEmpty() ? "nothing" : has) + ", model needs " + candidate.platform();
  }
}
