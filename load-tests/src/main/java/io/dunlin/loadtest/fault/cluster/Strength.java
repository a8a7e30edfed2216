package io.dunlin.loadtest.fault.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether a cluster, as a gateway sees it, is all there. Pure. */
public final class Strength {
  /** A process's own idea of when it began may be a little before its parent's. */
  private static final long CLOCK_SLACK_MILLIS = 2_000;

  private Strength() {}

  /**
   * What is missing.
   *
   * @param cluster answer of {@code /admin/v1/cluster}
   * @param nodes answer of {@code /admin/v1/nodes}
   * @param alive the processes that run, and since when
   * @param replicas on how many nodes each {@code model/version} must have a READY replica: two on
   *     one node go together
   * @return empty when everything is there
   */
  public static Optional<String> missing(
      JsonNode cluster, JsonNode nodes, Map<String, Instant> alive, Map<String, Integer> replicas) {
    Optional<String> member = memberMissing(cluster, alive);
    if (member.isPresent()) {
      return member;
    }
    Map<String, Set<String>> ready = new HashMap<>();
    for (JsonNode node : nodes.path("nodes")) {
      String name = node.path("id").asText();
      if (alive.containsKey(name)) {
        for (JsonNode replica : node.path("replicas")) {
          String id = replica.path("replica").asText();
          if (replica.path("state").asText().equals("READY") && id.lastIndexOf('/') > 0) {
            String version = id.substring(0, id.lastIndexOf('/'));
            ready.computeIfAbsent(version, key -> new TreeSet<>()).add(name);
          }
        }
      }
    }
    for (Map.Entry<String, Integer> wanted : new TreeMap<>(replicas).entrySet()) {
      Set<String> found = ready.getOrDefault(wanted.getKey(), Set.of());
      if (found.size() < wanted.getValue()) {
        return Optional.of(
            wanted.getKey()
                + ": READY on "
                + found
                + " (expected: "
                + wanted.getValue()
                + " nodes)");
      }
    }
    return Optional.empty();
  }

  /** Gateways report no id, so members are told by the number of them with that role. */
  private static Optional<String> memberMissing(JsonNode cluster, Map<String, Instant> alive) {
    Set<String> missing = new TreeSet<>(alive.keySet());
    missing.removeIf(name -> name.startsWith("gateway"));
    int gateways = 0;
    for (JsonNode member : cluster.path("members")) {
      String id = member.path("id").asText();
      if (!member.path("status").asText().equals("Up") || !member.path("reachable").asBoolean()) {
        return Optional.of(id + " is " + member.path("status").asText() + " or not reachable");
      }
      if (isGateway(member)) {
        gateways++;
        continue;
      }
      Instant since = alive.get(id);
      if (since == null) {
        return Optional.of(id + " is a member although it is down");
      }
      String startedAt = member.path("startedAt").asText();
      if (!startedAt.isEmpty()
          && Instant.parse(startedAt).isBefore(since.minusMillis(CLOCK_SLACK_MILLIS))) {
        return Optional.of(id + " is still known by its run before");
      }
      missing.remove(id);
    }
    long wantedGateways = alive.keySet().stream().filter(n -> n.startsWith("gateway")).count();
    if (gateways != wantedGateways) {
      return Optional.of(gateways + " gateways (expected: " + wantedGateways + ")");
    }
    return missing.isEmpty() ? Optional.empty() : Optional.of(missing + " are no members");
  }

  private static boolean isGateway(JsonNode member) {
    for (JsonNode role : member.path("roles")) {
      if (role.asText().equals("gateway")) {
        return true;
      }
    }
    return false;
  }
}
