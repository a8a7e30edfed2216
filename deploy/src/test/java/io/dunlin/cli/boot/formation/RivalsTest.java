package io.dunlin.cli.boot.formation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.protocol.FormationProtocol.Standing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which of two clusters of one name gives way, and that one cluster is never taken for two. */
class RivalsTest {
  private static Standing standing(String... members) {
    String address = members.length == 0 ? "x:1" : members[0].replaceFirst("#.*", "");
    return new Standing(address, 1, "dunlin", 1, "", List.of(members));
  }

  private static Optional<String> often(Standing own, Standing other) {
    Rivals rivals = new Rivals();
    Optional<String> verdict = Optional.empty();
    for (int i = 0; i < Rivals.SIGHTINGS; i++) {
      assertThat(verdict).isEmpty();
      verdict = rivals.seen(own, other);
    }
    return verdict;
  }

  @Test
  void theSmallerClusterGivesWayAndTheLargerStays() {
    Standing one = standing("a:1#1");
    Standing two = standing("b:1#2", "c:1#3");
    assertThat(often(one, two))
        .hasValue(
            "two clusters have the name 'dunlin': 1 member here, 2 members with b:1; this one gives"
                + " way (expected: the same --seed list for every process)");
    assertThat(often(two, one)).isEmpty();
  }

  @Test
  void ofTwoOfOneSizeTheOneWithTheLowestAddressStays() {
    assertThat(often(standing("a:1#9"), standing("b:1#1"))).isEmpty();
    assertThat(often(standing("b:1#1"), standing("a:1#9"))).isPresent();
  }

  @Test
  void viewsThatShareAMemberAreOneCluster() {
    assertThat(often(standing("a:1#1"), standing("a:1#1", "b:1#2"))).isEmpty();
    assertThat(often(standing("a:1#1", "b:1#2"), standing("b:1#2", "c:1#3", "d:1#4"))).isEmpty();
  }

  @Test
  void aProcessOutsideAndAClusterOfAnotherNameAreNoRivals() {
    assertThat(often(standing("a:1#1"), standing())).isEmpty();
    Standing blue = new Standing("b:1", 1, "blue", 1, "", List.of("b:1#2", "c:1#3"));
    assertThat(often(standing("a:1#1"), blue)).isEmpty();
  }

  @Test
  void aRivalThatGoesAwayIsForgotten() {
    Rivals rivals = new Rivals();
    Standing own = standing("b:1#1");
    Standing other = standing("a:1#2");
    for (int i = 1; i < Rivals.SIGHTINGS; i++) {
      assertThat(rivals.seen(own, other)).isEmpty();
    }
    Standing joined = new Standing("a:1", 2, "dunlin", 1, "", List.of("a:1#3", "b:1#1"));
    assertThat(rivals.seen(own, joined)).isEmpty();
    assertThat(rivals.seen(own, other)).isEmpty();
  }
}
