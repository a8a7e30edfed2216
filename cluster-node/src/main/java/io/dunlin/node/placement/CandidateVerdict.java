package io.dunlin.node.placement;

import java.util.List;
import java.util.Optional;

/**
 * What was found about one node for one replica.
 *
 * @param node its id
 * @param device its device's name
 * @param rejections every filter that rejected it; empty when it passed
 * @param score when it passed
 */
public record CandidateVerdict(
    String node, String device, List<Rejection> rejections, Optional<Score> score) {
  public boolean passed() {
    return rejections.isEmpty();
  }

  /**
   * @param filter the filter's name
   * @param reason its text, such as {@code needs 6.1 GiB, 2.3 GiB free}
   */
  public record Rejection(String filter, String reason) {}
}
