package io.dunlin.shared.replicated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which of two values stays, and when it is said that writes do not get through. */
class WriteOrderTest {
  private record Value(long revision, String text) {}

  private final WriteOrder<Value> byRevision = WriteOrder.byRevision(Value::revision);

  @Test
  void aHigherRevisionHasTheHigherStampHoweverOftenALowerOneWasWritten() {
    long low = 0;
    for (int i = 0; i < 1_000; i++) {
      low = byRevision.stamp(low, new Value(3, "again " + i));
    }
    assertThat(byRevision.stamp(0, new Value(4, "once"))).isGreaterThan(low);
    assertThat(byRevision.stamp(low, new Value(4, "over it"))).isGreaterThan(low);
  }

  @Test
  void ofOneRevisionTheLaterWriteStays() {
    long first = byRevision.stamp(0, new Value(7, "a"));
    assertThat(byRevision.stamp(first, new Value(7, "b"))).isGreaterThan(first);
    assertThat(byRevision.keeps(new Value(7, "a"), new Value(7, "b"))).isFalse();
  }

  @Test
  void aLowerRevisionIsNotWrittenOverAHigherOne() {
    assertThat(byRevision.keeps(new Value(8, "new"), new Value(7, "old"))).isTrue();
    assertThat(byRevision.keeps(new Value(7, "old"), new Value(8, "new"))).isFalse();
    assertThat(WriteOrder.<Value>lastWritten().keeps(new Value(8, "a"), new Value(7, "b")))
        .isFalse();
  }

  @Test
  void theLastWriteNeverStampsLowerThanWhatIsThere() {
    WriteOrder<Value> last = WriteOrder.lastWritten();
    long future = Long.MAX_VALUE / 2;
    assertThat(last.stamp(future, new Value(1, "a"))).isEqualTo(future + 1);
  }

  @Test
  void aTableSaysOnceThatWritesAreNotConfirmedAndOnceThatTheyAre() {
    WriteDoubts doubts = new WriteDoubts("directory-nodes");
    assertThat(doubts.confirmed()).isEmpty();
    assertThat(doubts.unconfirmed("node-1", "not enough members answered in time"))
        .hasValueSatisfying(
            line -> assertThat(line).startsWith("directory-nodes: the write of node-1 is not"));
    assertThat(doubts.unconfirmed("node-2", "the same")).isEmpty();
    assertThat(doubts.confirmed())
        .isEqualTo(
            Optional.of("directory-nodes: writes are confirmed again, after 2 that were not"));
    assertThat(doubts.confirmed()).isEmpty();
  }
}
