package io.dunlin.shared.replicated;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of processes that go and come back with what their disks hold. */
class ReplicatedTableClusterTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path disks;

  /** One process: an actor system whose table is on a disk of its own. */
  private final class Process implements AutoCloseable {
    private final ActorTestKit kit;
    private final ActorRef<ReplicatedTable.Message<CatalogEntry>> table;
    private final TestProbe<ReplicatedTable.Snapshot<CatalogEntry>> seen;

    Process(String disk) {
      Config config =
          ConfigFactory.parseString(
                  """
                  pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  pekko.cluster.distributed-data.durable { keys = ["t-*"], lmdb.dir = "%s" }
                  """
                      .formatted(disks.resolve(disk)))
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load());
      kit = ActorTestKit.create("dunlin", config);
      table =
          kit.spawn(
              ReplicatedTable.create(
                  "t",
                  ReplicatedTable.majority(Duration.ofSeconds(3)),
                  WriteOrder.byRevision(CatalogEntry::revision)));
      seen = kit.createTestProbe();
      table.tell(new ReplicatedTable.Subscribe<>(seen.ref()));
    }

    Address address() {
      return Cluster.get(kit.system()).selfMember().address();
    }

    Process join(Process other) {
      Cluster cluster = Cluster.get(kit.system());
      cluster.manager().tell(Join.create(other.address()));
      kit.createTestProbe()
          .awaitAssert(
              LONG, () -> assertThat(cluster.selfMember().status()).isEqualTo(MemberStatus.up()));
      return this;
    }

    /** A member that left counts for majorities until it is removed. */
    void isAlone() {
      Cluster cluster = Cluster.get(kit.system());
      kit.createTestProbe()
          .awaitAssert(LONG, () -> assertThat(cluster.state().members().size()).isEqualTo(1));
    }

    void put(CatalogEntry entry, boolean confirmed) {
      TestProbe<ReplicatedTable.Written> written = kit.createTestProbe();
      table.tell(new ReplicatedTable.Put<>(entry.spec().name(), entry, written.ref()));
      assertThat(written.receiveMessage(LONG).confirmed()).isEqualTo(confirmed);
    }

    void awaits(Predicate<Map<String, CatalogEntry>> shown) {
      seen.fishForMessage(
          LONG,
          snapshot ->
              shown.test(snapshot.entries())
                  ? FishingOutcomes.complete()
                  : FishingOutcomes.continueAndIgnore());
    }

    @Override
    public void close() {
      Cluster cluster = Cluster.get(kit.system());
      cluster.manager().tell(Leave.create(address()));
      kit.createTestProbe().awaitAssert(LONG, () -> assertThat(cluster.isTerminated()).isTrue());
      kit.shutdownTestKit();
    }
  }

  private static CatalogEntry entry(long revision, long version) {
    return new CatalogEntry(
        ModelSpec.of("m", "/models/m"),
        List.of(version),
        Map.of(),
        revision,
        CatalogEntry.FROM_ADMIN,
        false);
  }

  private static Predicate<Map<String, CatalogEntry>> has(CatalogEntry entry) {
    return entries -> entry.equals(entries.get("m"));
  }

  @Test
  void whatAnOldDiskHoldsAndWhatIsWrittenFromItNeverReplacesANewerRevision() {
    CatalogEntry old = entry(1, 1);
    CatalogEntry newer = entry(2, 2);
    try (Process b = new Process("b")) {
      b.join(b);
      try (Process a = new Process("a").join(b)) {
        a.put(old, true);
        b.awaits(has(old));
      }
      b.isAlone();
      b.put(newer, true);
    }
    CatalogEntry fromOldDisk = entry(1, 3);
    try (Process a = new Process("a")) {
      a.awaits(has(old));
      a.join(a);
      a.put(fromOldDisk, true);
      try (Process b = new Process("b").join(a)) {
        a.awaits(has(newer));
        b.put(fromOldDisk, false);
        b.put(entry(3, 3), true);
        a.awaits(has(entry(3, 3)));
        b.awaits(has(entry(3, 3)));
      }
    }
  }

  @Test
  void aSubscriberThatEndedIsForgottenAndTheOthersGoOn() {
    try (Process a = new Process("a")) {
      a.join(a);
      ActorRef<ReplicatedTable.Snapshot<CatalogEntry>> shortLived =
          a.kit.spawn(
              Behaviors.receiveMessage(
                  (ReplicatedTable.Snapshot<CatalogEntry> first) -> {
                    return Behaviors.stopped();
                  }));
      a.table.tell(new ReplicatedTable.Subscribe<>(shortLived));
      TestProbe<Object> watcher = a.kit.createTestProbe();
      watcher.expectTerminated(shortLived, LONG);
      a.put(entry(1, 1), true);
      TestProbe<DeadLetter> lost = a.kit.createDeadLetterProbe();
      a.put(entry(2, 1), true);
      a.awaits(has(entry(2, 1)));
      lost.expectNoMessage(Duration.ofMillis(100));
    }
  }
}
