package io.dunlin.node.placement;

/** Says whether a node may hold a replica, and why not. One rule, one file. */
public interface PlacementFilter {
  /** Short and lower case, such as {@code device-memory}; part of decision records. */
  String name();

  boolean passes(Candidate candidate);

  /** Why it does not pass, with numbers; called only when it does not. */
  String reason(Candidate candidate);
}
