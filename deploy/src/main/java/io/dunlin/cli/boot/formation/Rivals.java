package io.dunlin.cli.boot.formation;

import io.dunlin.shared.protocol.FormationProtocol.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Notices that another cluster of the same name runs where one of this cluster's seeds should be,
 * and decides which of the two gives way: the one with fewer members, and of equals the one without
 * the lowest address. Pure. Both sides come to the same answer. It can happen when processes were
 * given different seeds, or none.
 *
 * <p>Two views of one cluster always share a member, so only clusters that share none are two; and
 * to be sure it is seen several times.
 */
final class Rivals {
  /** How often in a row the other cluster must be seen; twice in each round of asking. */
  static final int SIGHTINGS = 6;

  private final Map<String, Integer> sightings = new HashMap<>();

  /**
   * A process outside this cluster has said where it stands.
   *
   * @param own this process
   * @return why this process must end, when it must
   */
  Optional<String> seen(Standing own, Standing other) {
    boolean rival =
        own.inside()
            && other.inside()
            && own.clusterName().equals(other.clusterName())
            && Set.copyOf(own.members()).stream().noneMatch(Set.copyOf(other.members())::contains);
    if (!rival) {
      sightings.remove(other.address());
      return Optional.empty();
    }
    int times = sightings.merge(other.address(), 1, Integer::sum);
    if (times < SIGHTINGS || !givesWay(own.members(), other.members())) {
      return Optional.empty();
    }
    return Optional.of(
        "two clusters have the name '"
            + own.clusterName()
            + "': "
            + count(own.members().size())
            + " here, "
            + count(other.members().size())
            + " with "
            + other.address()
            + "; this one gives way (expected: the same --seed list for every process)");
  }

  static boolean givesWay(List<String> own, List<String> other) {
    if (own.size() != other.size()) {
      return own.size() < other.size();
    }
    return own.getFirst().compareTo(other.getFirst()) > 0;
  }

  private static String count(int members) {
    return members == 1 ? "1 member" : members + " members";
  }
}
