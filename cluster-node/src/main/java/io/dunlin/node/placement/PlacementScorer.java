package io.dunlin.node.placement;

/** Says how good a node that passed every filter is for a replica. One wish, one file. */
public interface PlacementScorer {
  /** Short and lower case, such as {@code fit}; part of decision records. */
  String name();

  /** 0 (worst) to 1 (best). */
  double value(Candidate candidate);
}
