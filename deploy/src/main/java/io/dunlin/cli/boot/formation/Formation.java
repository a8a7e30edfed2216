package io.dunlin.cli.boot.formation;

import io.dunlin.shared.protocol.FormationProtocol.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, from what the seeds answer, whether this process begins a cluster, joins one, waits, or
 * is in the wrong place. Pure: it is told what was heard and when.
 *
 * <p>Every process of a cluster is given the same list of seeds. A process that hears of a cluster
 * joins it. If there is none, each process supports one seed as the one to begin it: the first of
 * the list it has heard, itself included. A seed begins the cluster when it supports itself and
 * more than half of the seeds say that they support it. Two halves of a network cannot both have
 * more than half of the seeds, and a process stands by its choice while the chosen one asks for it,
 * so at most one begins.
 *
 * <pre>
 * outside  a seed is in a cluster              -> Join
 *          supported by a majority of seeds    -> Begin
 *          a seed is of another cluster name   -> Refuse
 *          else                                -> Wait, and says for what
 * </pre>
 *
 * With one seed the majority is one: that process begins alone. With two both must be there. A list
 * that names only this process says nothing about where others might be; it then waits for {@link
 * #ALONE} in case a running cluster, which has it as a seed, calls.
 */
public final class Formation {
  /** What was heard counts for this long. */
  static final Duration FRESH = Duration.ofSeconds(3);

  /** A process that supports another stands by it until it has not heard it for so long. */
  static final Duration FAITHFUL = Duration.ofSeconds(8);

  /** How long the only seed listens before it begins. */
  static final Duration ALONE = Duration.ofSeconds(5);

  /** What to do. */
  sealed interface Decision {
    /** Begin a cluster. */
    record Begin() implements Decision {}

    /** Join the cluster of these processes, {@code host:port}. */
    record Join(List<String> inside) implements Decision {}

    /** Nothing yet. */
    record Wait() implements Decision {}

    /** Never: the line says why. */
    record Refuse(String line) implements Decision {}
  }

  private record Heard(Standing standing, long nanos) {}

  private final Standing self;
  private final long startNanos;

  /** By the address they call themselves; seeds, and whoever called. */
  private final Map<String, Heard> others = new LinkedHashMap<>();

  private List<String> addresses;
  private String supported = "";

  /**
   * @param self this process, outside
   * @param addresses the seeds in order, as they call themselves where that is known; empty to
   *     begin at once
   */
  Formation(Standing self, List<String> addresses, long nowNanos) {
    this.self = self;
    this.addresses = List.copyOf(addresses);
    this.startNanos = nowNanos;
  }

  /** The seeds have other addresses now: a name was resolved anew. */
  void seedsAre(List<String> now) {
    addresses = List.copyOf(now);
  }

  /** A process has said where it stands. */
  void heard(Standing standing, long nowNanos) {
    others.values().removeIf(heard -> nowNanos - heard.nanos() >= FAITHFUL.toNanos());
    others.put(standing.address(), new Heard(standing, nowNanos));
    if (standing.address().equals(supported) && !standing.supports().equals(supported)) {
      supported = "";
    }
  }

  /** The address this process supports; empty for none. */
  String supports(long nowNanos) {
    if (standsBy(nowNanos)) {
      return supported;
    }
    supported = "";
    for (String seed : addresses) {
      boolean there =
          seed.equals(self.address())
              || fresh(seed, nowNanos).filter(standing -> !standing.inside()).isPresent();
      if (there) {
        supported = seed;
        break;
      }
    }
    return supported;
  }

  /** Its own candidacy it may give up for a better one at any time: it alone decides on it. */
  private boolean standsBy(long nowNanos) {
    Heard heard = others.get(supported);
    return heard != null
        && !heard.standing().inside()
        && nowNanos - heard.nanos() < FAITHFUL.toNanos();
  }

  Decision decide(long nowNanos) {
    if (addresses.isEmpty()) {
      return new Decision.Begin();
    }
    Optional<String> wrong = wrongPlace(nowNanos);
    if (wrong.isPresent()) {
      return new Decision.Refuse(wrong.get());
    }
    List<String> inside = new ArrayList<>();
    others.forEach(
        (address, heard) -> {
          if (isFresh(heard, nowNanos) && heard.standing().inside() && isSameKind(heard)) {
            inside.add(address);
          }
        });
    if (!inside.isEmpty()) {
      return new Decision.Join(List.copyOf(inside));
    }
    return mayBegin(nowNanos) ? new Decision.Begin() : new Decision.Wait();
  }

  private boolean mayBegin(long nowNanos) {
    if (!supports(nowNanos).equals(self.address())) {
      return false;
    }
    if (Set.copyOf(addresses).size() == 1) {
      return nowNanos - startNanos >= ALONE.toNanos();
    }
    long support =
        distinct().stream()
            .filter(
                seed ->
                    seed.equals(self.address())
                        || fresh(seed, nowNanos)
                            .filter(standing -> standing.supports().equals(self.address()))
                            .isPresent())
            .count();
    return support >= majority();
  }

  /** How many seeds must be there to begin a cluster. */
  int majority() {
    return majority(distinct().size());
  }

  /** How many of so many seeds must be there to begin a cluster. */
  public static int majority(int seeds) {
    return seeds / 2 + 1;
  }

  private Set<String> distinct() {
    return new LinkedHashSet<>(addresses);
  }

  /** Seeds that have not answered of late, in order; this process is none of them. */
  List<String> silent(long nowNanos) {
    return distinct().stream()
        .filter(seed -> !seed.equals(self.address()) && fresh(seed, nowNanos).isEmpty())
        .toList();
  }

  /**
   * What this process waits for, for a person.
   *
   * @param reasons what is known of seeds that do not answer, by address
   */
  String waitsFor(long nowNanos, Map<String, String> reasons) {
    List<String> silent = silent(nowNanos);
    Set<String> all = distinct();
    String answers =
        silent.stream()
            .map(seed -> reasons.containsKey(seed) ? seed + " (" + reasons.get(seed) + ")" : seed)
            .reduce((one, other) -> one + ", " + other)
            .map(seeds -> "no answer from " + seeds)
            .orElse("");
    if (silent.size() == all.size()) {
      return answers;
    }
    String begins =
        all.size() == 1 && all.contains(self.address())
            ? "listening whether a cluster calls before one is begun"
            : "no seed is in a cluster yet, and one is begun when "
                + majority()
                + " of the "
                + all.size()
                + " seeds are there";
    return answers.isEmpty() ? begins : begins + "; " + answers;
  }

  private Optional<String> wrongPlace(long nowNanos) {
    for (String seed : addresses) {
      Optional<Standing> other = fresh(seed, nowNanos);
      if (other.isPresent() && !seed.equals(self.address())) {
        Optional<String> difference = difference(other.get());
        if (difference.isPresent()) {
          return Optional.of("the cluster at " + seed + " is another one: " + difference.get());
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> difference(Standing other) {
    if (!other.clusterName().equals(self.clusterName())) {
      return Optional.of(
          "cluster name (--cluster-name) is '"
              + self.clusterName()
              + "' here and '"
              + other.clusterName()
              + "' there");
    }
    if (other.protocolVersion() != self.protocolVersion()) {
      return Optional.of(
          "protocol version is "
              + self.protocolVersion()
              + " here and "
              + other.protocolVersion()
              + " there");
    }
    return Optional.empty();
  }

  private boolean isSameKind(Heard heard) {
    return difference(heard.standing()).isEmpty();
  }

  private Optional<Standing> fresh(String address, long nowNanos) {
    return Optional.ofNullable(others.get(address))
        .filter(heard -> isFresh(heard, nowNanos))
        .map(Heard::standing);
  }

  private static boolean isFresh(Heard heard, long nowNanos) {
    return nowNanos - heard.nanos() < FRESH.toNanos();
  }
}
