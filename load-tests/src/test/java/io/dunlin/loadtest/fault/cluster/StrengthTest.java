package io.dunlin.loadtest.fault.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StrengthTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String MEMBER =
      "{'id': '%s', 'roles': ['%s'], 'status': 'Up', 'reachable': %b, 'startedAt': '%s'}";

  @Test
  void aClusterWithEveryProcessAndReplicaLacksNothing() {
    assertThat(
            missing(
                member("node-1", true, NOON) + "," + member("node-2", true, NOON),
                node("node-1", "READY") + "," + node("node-2", "READY")))
        .isEmpty();
  }

  @Test
  void aMemberThatIsNotReachableIsMissing() {
    assertThat(missing(member("node-1", true, NOON) + "," + member("node-2", false, NOON), ""))
        .hasValueSatisfying(text -> assertThat(text).contains("node-2", "not reachable"));
  }

  @Test
  void aMemberKnownOnlyByItsRunBeforeIsMissing() {
    assertThat(
            missing(
                member("node-1", true, NOON) + "," + member("node-2", true, NOON.minusSeconds(60)),
                ""))
        .hasValueSatisfying(text -> assertThat(text).contains("node-2", "run before"));
  }

  @Test
  void twoReplicasOnOneNodeCountOnce() {
    String two =
        "{'id': 'node-1', 'replicas': [{'replica': 'm/1/0', 'state': 'READY'},"
            + " {'replica': 'm/1/1', 'state': 'READY'}]}";
    assertThat(missing(member("node-1", true, NOON) + "," + member("node-2", true, NOON), two))
        .hasValueSatisfying(text -> assertThat(text).contains("m/1", "[node-1]"));
  }

  @Test
  void aReplicaThatIsLoadingDoesNotCount() {
    assertThat(
            missing(
                member("node-1", true, NOON) + "," + member("node-2", true, NOON),
                node("node-1", "READY") + "," + node("node-2", "LOADING")))
        .hasValueSatisfying(text -> assertThat(text).contains("m/1"));
  }

  private static Optional<String> missing(String members, String nodes) {
    String gateway = MEMBER.formatted("gateway-1", "gateway", true, NOON);
    return Strength.missing(
        json("{'members': [" + members + "," + gateway + "]}"),
        json("{'nodes': [" + nodes + "]}"),
        Map.of("node-1", NOON, "node-2", NOON, "gateway-1", NOON),
        Map.of("m/1", 2));
  }

  private static String member(String id, boolean reachable, Instant startedAt) {
    return MEMBER.formatted(id, "node", reachable, startedAt);
  }

  private static String node(String id, String state) {
    return "{'id': '%s', 'replicas': [{'replica': 'm/1/%s', 'state': '%s'}]}"
        .formatted(id, id.substring(5), state);
  }

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
