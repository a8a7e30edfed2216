package io.dunlin.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MembersTest {
  private static final NodeReport A = Views.report("a", List.of());

  private static Members members(Members.Member... members) {
    Map<String, Members.Member> byAddress = new HashMap<>();
    String[] names = {"a", "b", "c"};
    for (int i = 0; i < members.length; i++) {
      byAddress.put("pekko://dunlin@" + names[i] + ":1", members[i]);
    }
    return new Members(byAddress);
  }

  private static final Members.Member UP = new Members.Member(1, true, false);
  private static final Members.Member GONE = new Members.Member(1, false, false);

  @Test
  void moreThanHalfMustBeReachable() {
    assertThat(members(UP).isMajority()).isTrue();
    assertThat(members(UP, GONE).isMajority()).isFalse();
    assertThat(members(UP, UP, GONE).isMajority()).isTrue();
    assertThat(members().isMajority()).isFalse();
  }

  @Test
  void theReportOfAnEarlierRunDoesNotCount() {
    assertThat(members(UP).nodes(List.of(A))).containsOnlyKeys("a");
    assertThat(members(new Members.Member(2, true, false)).nodes(List.of(A))).isEmpty();
  }

  @Test
  void anOrderHoldsForTheRunItWasGivenTo() {
    Map<String, NodeReport> nodes = Map.of("a", A);
    assertThat(condition(members(UP), nodes, new NodeOrder(1, true, Instant.EPOCH)))
        .isEqualTo(Condition.DRAINING);
    assertThat(condition(members(UP), nodes, new NodeOrder(2, true, Instant.EPOCH)))
        .isEqualTo(Condition.UP);
    assertThat(condition(members(UP), nodes, new NodeOrder(1, false, Instant.EPOCH)))
        .isEqualTo(Condition.UP);
    assertThat(condition(members(GONE), nodes, new NodeOrder(1, true, Instant.EPOCH)))
        .isEqualTo(Condition.UNREACHABLE);
  }

  private static Condition condition(
      Members members, Map<String, NodeReport> nodes, NodeOrder order) {
    return members.conditions(nodes, Map.of("a", order)).getOrDefault("a", Condition.UP);
  }
}
