package io.dunlin.gateway.http.admin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.Reports;
import io.dunlin.gateway.routing.Snapshots;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as an event, and how the history is kept and read. */
class EventHistoryTest {
  private final EventHistory history = new EventHistory("run", InstantSource.fixed(Instant.EPOCH));

  private static CatalogEntry entry(long revision, boolean deleted, Map<String, Alias> aliases) {
    return new CatalogEntry(
        ModelSpec.of("m", "/m"), List.of(1L), aliases, revision, CatalogEntry.FROM_ADMIN, deleted);
  }

  private static ReplicaReport replica(ReplicaState state, String reason) {
    return Reports.report(Reports.replica("m", 1, 0), state, reason);
  }

  private static List<String> between(Snapshots before, Snapshots after) {
    return SnapshotDiffer.between(before.build(), after.build()).stream()
        .map(change -> change.type() + " " + change.subject())
        .toList();
  }

  @Test
  void theFirstSnapshotIsEverythingAppearing() {
    Snapshots first =
        new Snapshots()
            .entry(entry(1, false, Map.of()))
            .node(Reports.node("a", replica(ReplicaState.READY, "")));
    assertThat(SnapshotDiffer.between(null, first.build()))
        .extracting(ClusterChange::type)
        .containsExactly("member.up", "model.deployed", "replica.state");
  }

  @Test
  void nothingNewIsNoEvent() {
    Snapshots same =
        new Snapshots()
            .entry(entry(1, false, Map.of("s", Alias.of(1))))
            .node(Reports.node("a", replica(ReplicaState.READY, "")));
    assertThat(between(same, same)).isEmpty();
  }

  @Test
  void membersComeAreLostComeBackAndGo() {
    Snapshots up = new Snapshots().node(Reports.node("a"));
    Snapshots unreachable = new Snapshots().lost(Reports.node("a"));
    assertThat(between(new Snapshots(), up)).containsExactly("member.up a");
    assertThat(between(up, unreachable)).containsExactly("member.unreachable a");
    assertThat(between(unreachable, up)).containsExactly("member.reachable a");
    assertThat(between(unreachable, new Snapshots())).containsExactly("member.removed a");
  }

  @Test
  void aReplicasStatesAreToldWithTheReason() {
    Snapshots loading = new Snapshots().node(Reports.node("a", replica(ReplicaState.LOADING, "")));
    Snapshots failed =
        new Snapshots().node(Reports.node("a", replica(ReplicaState.FAILED, "no file")));
    assertThat(SnapshotDiffer.between(loading.build(), failed.build()))
        .singleElement()
        .satisfies(
            change ->
                assertThat(change.details())
                    .containsEntry("from", "LOADING")
                    .containsEntry("state", "FAILED")
                    .containsEntry("reason", "no file")
                    .containsEntry("node", "a"));
    assertThat(between(failed, new Snapshots().node(Reports.node("a"))))
        .containsExactly("replica.state m/1/0");
  }

  @Test
  void replicasOfALostNodeMakeNoEventsOfTheirOwn() {
    Snapshots up = new Snapshots().node(Reports.node("a", replica(ReplicaState.READY, "")));
    Snapshots lost = new Snapshots().lost(Reports.node("a", replica(ReplicaState.READY, "")));
    assertThat(between(up, lost)).containsExactly("member.unreachable a");
  }

  @Test
  void modelsAreDeployedChangedAndUndeployed() {
    Snapshots none = new Snapshots();
    Snapshots one = new Snapshots().entry(entry(1, false, Map.of()));
    Snapshots two = new Snapshots().entry(entry(2, false, Map.of()));
    Snapshots gone = new Snapshots().entry(entry(3, true, Map.of()));
    assertThat(between(none, one)).containsExactly("model.deployed m");
    assertThat(between(one, two)).containsExactly("model.changed m");
    assertThat(between(two, gone)).containsExactly("model.undeployed m");
    assertThat(between(gone, one)).containsExactly("model.deployed m");
    assertThat(between(none, gone)).isEmpty();
  }

  @Test
  void aliasesArePendingThenSwitchedWithTheirEpochThenRemoved() {
    Alias before = Alias.of(1);
    Alias pending = new Alias(Map.of(1L, 100), Map.of(), Map.of(2L, 100), 1);
    Alias switched = new Alias(Map.of(2L, 100), Map.of(1L, 100), Map.of(), 2);
    assertThat(alias(before, pending)).containsExactly("alias.pending m/s");
    assertThat(alias(pending, switched)).containsExactly("alias.switched m/s");
    assertThat(
            between(
                new Snapshots().entry(entry(1, false, Map.of("s", switched))),
                new Snapshots().entry(entry(1, false, Map.of()))))
        .containsExactly("alias.removed m/s");
  }

  private static List<String> alias(Alias before, Alias after) {
    return between(
        new Snapshots().entry(entry(1, false, Map.of("s", before))),
        new Snapshots().entry(entry(1, false, Map.of("s", after))));
  }

  @Test
  void drainsAreToldOnceEachWay() {
    Snapshots up = new Snapshots().node(Reports.node("a"));
    Snapshots draining = new Snapshots().order("a", true, 1).node(Reports.node("a"));
    assertThat(between(up, draining)).containsExactly("node.draining a");
    assertThat(between(draining, draining)).isEmpty();
    assertThat(between(draining, up)).containsExactly("node.resumed a");
  }

  private static ClusterSnapshot revision(long revision) {
    return new Snapshots().entry(entry(revision, false, Map.of())).build();
  }

  @Test
  void theOldestEventsMakeRoom() {
    for (int i = 1; i <= EventHistory.CAPACITY + 1; i++) {
      history.observe(revision(i));
    }
    EventHistory.Past past = history.past(EventPosition.BEGINNING);
    assertThat(past.events()).hasSize(EventHistory.CAPACITY);
    assertThat(past.events().getFirst().number()).isEqualTo(2);
    assertThat(past.gap()).isFalse();
    assertThat(history.past(new EventPosition("run", 1)).gap()).isFalse();
    assertThat(history.past(new EventPosition("run", 0)).gap()).isTrue();
  }

  @Test
  void readingGoesOnAfterAPositionOfTheSameRunOnly() {
    history.observe(revision(1));
    history.observe(revision(2));
    assertThat(history.past(new EventPosition("run", 1)).events())
        .extracting(RecordedEvent::number)
        .containsExactly(2L);
    EventHistory.Past other = history.past(new EventPosition("other", 1));
    assertThat(other.gap()).isTrue();
    assertThat(other.events()).hasSize(2);
  }

  @Test
  void positionsReadBackAsWritten() {
    assertThat(EventPosition.parse("run-12")).contains(new EventPosition("run", 12));
    assertThat(EventPosition.parse("a-b-12")).contains(new EventPosition("a-b", 12));
    for (String bad : List.of("", "12", "-12", "run-", "run-x")) {
      assertThat(EventPosition.parse(bad)).as(bad).isEmpty();
    }
  }

  private static final class FakeReader implements EventHistory.Reader {
    final List<Long> got = new ArrayList<>();
    final int room;
    boolean ended;

    FakeReader(int room) {
      this.room = room;
    }

    @Override
    public boolean offer(RecordedEvent event) {
      if (got.size() == room) {
        return false;
      }
      got.add(event.number());
      return true;
    }

    @Override
    public void end() {
      ended = true;
    }
  }

  @Test
  void aReaderGetsThePastAndThenWhatComes() {
    history.observe(revision(1));
    FakeReader reader = new FakeReader(10);
    List<Long> past = new ArrayList<>();
    assertThat(
            history.join(
                reader,
                EventPosition.BEGINNING,
                before -> before.events().forEach(event -> past.add(event.number()))))
        .isTrue();
    history.observe(revision(2));
    assertThat(past).containsExactly(1L);
    assertThat(reader.got).containsExactly(2L);
    history.leave(reader);
    history.observe(revision(3));
    assertThat(reader.got).containsExactly(2L);
  }

  @Test
  void aReaderThatDoesNotKeepUpIsLetGo() {
    FakeReader slow = new FakeReader(1);
    history.join(slow, EventPosition.BEGINNING, past -> {});
    history.observe(revision(1));
    assertThat(slow.ended).isFalse();
    history.observe(revision(2));
    assertThat(slow.ended).isTrue();
    history.observe(revision(3));
    assertThat(slow.got).containsExactly(1L);
  }

  @Test
  void readersAreBoundedAndAllEndWithTheHistory() {
    List<FakeReader> readers = new ArrayList<>();
    for (int i = 0; i < EventHistory.MAX_READERS; i++) {
      FakeReader reader = new FakeReader(1);
      assertThat(history.hasRoom()).isTrue();
      history.join(reader, EventPosition.BEGINNING, past -> {});
      readers.add(reader);
    }
    assertThat(history.hasRoom()).isFalse();
    assertThat(history.join(new FakeReader(1), EventPosition.BEGINNING, past -> {})).isFalse();
    history.close();
    assertThat(readers).allMatch(reader -> reader.ended);
    assertThat(history.hasRoom()).isFalse();
  }
}
