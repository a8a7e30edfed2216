package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as callers see it.
 *
 * @param name the model
 * @param versions every version known, highest first, ended and failed ones included
 * @param aliases by label; a label without an active version is not known to callers yet
 */
public record ServedModel(String name, List<ServedVersion> versions, Map<String, Alias> aliases) {

  public Optional<ServedVersion> version(long version) {
    for (ServedVersion candidate : versions) {
      if (candidate.version() == version) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * The highest version that can answer now; one that is on its way out only while no other can, so
   * that requests leave it before its replicas do.
   */
  public Optional<ServedVersion> latestAvailable() {
    ServedVersion leaving = null;
    for (ServedVersion candidate : versions) {
      if (candidate.isAvailable()) {
        if (candidate.desired()) {
          return Optional.of(candidate);
        }
        leaving = leaving == null ? candidate : leaving;
      }
    }
    return Optional.ofNullable(leaving);
  }

  /**
   * What a label stands for at one moment.
   *
   * @param version the one drawn
   * @param epoch of the switch that made it so
   */
  public record Labelled(long version, long epoch) {}

  /**
   * The version a label stands for; empty for a label nobody set or whose first switch is still to
   * come.
   *
   * @param draw picks among the versions of a weighted split; uniform over all ints
   */
  public Optional<Labelled> behind(String label, int draw) {
    Alias alias = aliases.get(label);
    return alias == null || alias.active().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Labelled(reachable(alias, alias.choose(draw & Integer.MAX_VALUE)), alias.epoch()));
  }

  /** The version with the largest share of a label, of those that can answer if any can. */
  public Optional<Long> mainBehind(String label) {
    Alias alias = aliases.get(label);
    return alias == null
        ? Optional.empty()
        : alias.active().entrySet().stream()
            .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
            .map(share -> reachable(alias, share.getKey()));
  }

  /**
   * The drawn version, or while it has lost every replica, the heaviest other one that has some.
   */
  private long reachable(Alias alias, long drawn) {
    if (alias.active().size() == 1 || canAnswer(drawn)) {
      return drawn;
    }
    return alias.active().entrySet().stream()
        .filter(share -> canAnswer(share.getKey()))
        .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElse(drawn);
  }

  private boolean canAnswer(long version) {
    return version(version).filter(ServedVersion::isAvailable).isPresent();
  }

  /** Every version a label may stand for, ascending; empty for a label that stands for none. */
  public List<Long> allBehind(String label) {
    Alias alias = aliases.get(label);
    return alias == null ? List.of() : alias.active().keySet().stream().sorted().toList();
  }

  /** The failure for a label nobody set, with TensorFlow Serving's words. */
  public static Failure unknownLabel(String label) {
    return new Failure(
        FailureCode.INVALID_ARGUMENT, "Unrecognized servable version label: " + label);
  }
}
