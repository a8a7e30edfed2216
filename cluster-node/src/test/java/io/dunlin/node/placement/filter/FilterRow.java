package io.dunlin.node.placement.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;

/**
 * A row of a filter's table.
 *
 * @param reason what it says when it rejects; empty when it passes
 */
record FilterRow(String title, Candidate candidate, String reason) {
  static FilterRow passes(String title, Candidate candidate) {
    return new FilterRow(title, candidate, "");
  }

  static FilterRow rejects(String title, Candidate candidate, String reason) {
    return new FilterRow(title, candidate, reason);
  }

  void check(PlacementFilter filter) {
    assertThat(filter.passes(candidate)).as(title).isEqualTo(reason.isEmpty());
    if (!reason.isEmpty()) {
      assertThat(filter.reason(candidate)).as(title).isEqualTo(reason);
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
