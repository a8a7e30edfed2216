package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import java.util.List;

/** The node is in a zone the model allows. Rationale: data that must not leave a place. */
public final class ZoneFilter implements PlacementFilter {
  @Override
  public String name() {
    return "zone";
  }

  @Override
  public boolean passes(Candidate candidate) {
    List<String> allowed = candidate.spec().placement().zones();
    return allowed.isEmpty() || allowed.contains(candidate.node().zone());
  }

  @Override
  public String reason(Candidate candidate) {
    String zone = candidate.node().zone();
    return (zone.isEmpty() ? "has no zone" : "zone is " + zone)
        + ", model allows "
        + String.join(", ", candidate.spec().placement().zones());
  }
}
