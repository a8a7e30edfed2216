package io.dunlin.gateway.http.admin.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.admin.operation.Operation.State;
import io.dunlin.gateway.routing.Reports;
import io.dunlin.gateway.routing.Snapshots;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpecPatch;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.model.SpecException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress told from desired and observed state, one row of the rules at a time. */
class OperationsTest {
  private static final Map<Long, Integer> NONE = Map.of();

  private static CatalogEntry entry(
      int replicas, long revision, Map<String, Alias> aliases, Long... versions) {
    try {
      ModelSpec spec =
          ModelSpecPatch.apply(ModelSpec.of("m", "/models/m"), "{\"replicas\":" + replicas + "}");
      return new CatalogEntry(
          spec, List.of(versions), aliases, revision, CatalogEntry.FROM_ADMIN, false);
    } catch (SpecException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static CatalogEntry deleted(long revision) {
    CatalogEntry entry = entry(1, revision, Map.of());
    return new CatalogEntry(
        entry.spec(), List.of(), Map.of(), revision, CatalogEntry.FROM_ADMIN, true);
  }

  private static ReplicaReport replica(long version, int ordinal, ReplicaState state) {
    return Reports.report(
        Reports.replica("m", version, ordinal), state, state == ReplicaState.FAILED ? "bad" : "");
  }

  private static Optional<Operation> find(Snapshots snapshot, String id) {
    return new Operations(snapshot.build()).find(OperationId.parse(id).orElseThrow());
  }

  private static void assertIs(
      Optional<Operation> found, State state, int ready, int wanted, String message) {
    assertThat(found).isPresent();
    Operation operation = found.get();
    assertThat(operation.state()).as(operation.message()).isEqualTo(state);
    assertThat(operation.ready()).as("ready").isEqualTo(ready);
    assertThat(operation.wanted()).as("wanted").isEqualTo(wanted);
    assertThat(operation.message()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy.m.1",
        "undeploy.a.b.c.12",
        "alias.my.model.stable.3",
        "unalias.m.stable.3",
        "drain.node-a.-55",
        "resume.host.example.org-1.7"
      })
  void idsReadBackAsWritten(String text) {
    assertThat(OperationId.parse(text)).map(OperationId::toString).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "deploy",
        "deploy.m",
        "deploy..1",
        "deploy.m.x",
        "deploy.m.",
        "boil.m.1",
        ".m.1",
        "alias.m.1",
        "deploy.m.01",
        "deploy.m.99999999999999999999"
      })
  void whatIsNoIdIsNotRead(String text) {
    assertThat(OperationId.parse(text)).isEmpty();
  }

  @Test
  void aModelWithDotsKeepsThemAllButItsAlias() {
    assertThat(OperationId.parse("alias.my.model.stable.3"))
        .contains(new OperationId.Alias("my.model", "stable", true, 3));
  }

  @ParameterizedTest
  @CsvSource({"deploy.none.1", "deploy.m.3", "undeploy.m.3", "alias.m.a.3", "deploy.m.0"})
  void whatThisGatewayHasNotSeenIsUnknown(String id) {
    assertThat(find(new Snapshots().entry(entry(1, 2, Map.of(), 1L)), id)).isEmpty();
  }

  @Test
  void aDeploymentRunsUntilEveryVersionHasItsReplicas() {
    Snapshots loading =
        new Snapshots()
            .entry(entry(2, 1, Map.of(), 1L))
            .assigned("m/1/0", "a")
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)));
    assertIs(find(loading, "deploy.m.1"), State.RUNNING, 1, 2, "1 of 2 ready, 1 without a node");
    loading.assigned("m/1/1", "b").node(Reports.node("b", replica(1, 1, ReplicaState.WARMING)));
    assertIs(find(loading, "deploy.m.1"), State.RUNNING, 1, 2, "1 of 2 ready, 1 loading");

    Snapshots done =
        new Snapshots()
            .entry(entry(2, 1, Map.of(), 1L))
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)))
            .node(Reports.node("b", replica(1, 1, ReplicaState.READY)));
    assertIs(find(done, "deploy.m.1"), State.DONE, 2, 2, "2 of 2 ready");
  }

  @Test
  void aSourceWithoutVersionsIsNamed() {
    assertIs(
        find(new Snapshots().entry(entry(1, 1, Map.of())), "deploy.m.1"),
        State.RUNNING,
        0,
        1,
        "no version found yet in /models/m");
  }

  @Test
  void aVersionThatOnlyFailsFailsTheDeployment() {
    Snapshots failed =
        new Snapshots()
            .entry(entry(1, 1, Map.of(), 1L, 2L))
            .node(
                Reports.node(
                    "a", replica(1, 0, ReplicaState.READY), replica(2, 0, ReplicaState.FAILED)));
    assertIs(find(failed, "deploy.m.1"), State.FAILED, 1, 2, "v2 failed: bad");
  }

  @Test
  void oneFailedReplicaBesideReadyOnesIsStillRunning() {
    Snapshots mixed =
        new Snapshots()
            .entry(entry(2, 1, Map.of(), 1L))
            .assigned("m/1/0", "a")
            .assigned("m/1/1", "b")
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)))
            .node(Reports.node("b", replica(1, 1, ReplicaState.FAILED)));
    assertIs(find(mixed, "deploy.m.1"), State.RUNNING, 1, 2, "1 failed: bad");
  }

  @Test
  void scalingDownIsDoneWhenTheSurplusHasGone() {
    Snapshots surplus =
        new Snapshots()
            .entry(entry(1, 2, Map.of(), 1L))
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)))
            .node(Reports.node("b", replica(1, 1, ReplicaState.DRAINING)));
    assertIs(find(surplus, "deploy.m.2"), State.RUNNING, 1, 1, "1 replica too many of v1");
  }

  @Test
  void aLaterRevisionCarriesADeploymentOnAndAnUndeployEndsIt() {
    Snapshots later =
        new Snapshots()
            .entry(entry(1, 5, Map.of(), 1L))
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)));
    assertIs(find(later, "deploy.m.1"), State.DONE, 1, 1, "");
    assertIs(
        find(new Snapshots().entry(deleted(6)), "deploy.m.1"),
        State.SUPERSEDED,
        0,
        0,
        "undeployed at revision 6");
  }

  @Test
  void undeployingCountsWhatIsLeft() {
    Snapshots leaving =
        new Snapshots()
            .entry(deleted(2))
            .node(Reports.node("a", replica(1, 0, ReplicaState.UNLOADING)));
    assertIs(find(leaving, "undeploy.m.2"), State.RUNNING, 0, 1, "1 replica left");
    assertIs(find(new Snapshots().entry(deleted(2)), "undeploy.m.2"), State.DONE, 0, 0, "");
    assertIs(
        find(new Snapshots().entry(entry(1, 3, Map.of(), 1L)), "undeploy.m.2"),
        State.SUPERSEDED,
        0,
        0,
        "deployed again");
  }

  @Test
  void anAliasRunsWhileItIsPendingAndIsDoneWithItsEpoch() {
    Alias pending = new Alias(Map.of(1L, 100), NONE, Map.of(2L, 100), 1);
    Snapshots warming =
        new Snapshots()
            .entry(entry(1, 2, Map.of("stable", pending), 1L, 2L))
            .assigned("m/1/0", "a")
            .assigned("m/2/0", "a")
            .node(
                Reports.node(
                    "a", replica(1, 0, ReplicaState.READY), replica(2, 0, ReplicaState.LOADING)));
    assertIs(find(warming, "alias.m.stable.2"), State.RUNNING, 0, 1, "1 loading");

    Alias switched = new Alias(Map.of(2L, 100), Map.of(1L, 100), NONE, 2);
    Snapshots done =
        new Snapshots()
            .entry(entry(1, 2, Map.of("stable", switched), 2L))
            .node(Reports.node("a", replica(2, 0, ReplicaState.READY)));
    assertIs(find(done, "alias.m.stable.2"), State.DONE, 1, 1, "epoch 2");
  }

  @Test
  void anAliasWhoseTargetFailsStaysWhereItIs() {
    Alias pending = new Alias(Map.of(1L, 100), NONE, Map.of(2L, 100), 1);
    Snapshots failed =
        new Snapshots()
            .entry(entry(1, 2, Map.of("stable", pending), 1L, 2L))
            .node(Reports.node("a", replica(2, 0, ReplicaState.FAILED)));
    assertIs(find(failed, "alias.m.stable.2"), State.FAILED, 0, 1, "stays as it was");
  }

  @Test
  void anAliasTakenAwayEndsTheOneAndIsTheOther() {
    Snapshots without = new Snapshots().entry(entry(1, 3, Map.of(), 1L));
    assertIs(find(without, "alias.m.stable.2"), State.SUPERSEDED, 0, 0, "taken away");
    assertIs(find(without, "unalias.m.stable.3"), State.DONE, 0, 0, "taken away");
    Snapshots with = new Snapshots().entry(entry(1, 4, Map.of("stable", Alias.of(1)), 1L));
    assertIs(find(with, "unalias.m.stable.3"), State.SUPERSEDED, 0, 0, "set again");
  }

  @Test
  void aDrainCountsDownAndEndsWithTheNodesLeave() {
    Snapshots draining =
        new Snapshots()
            .order("a", true, 1)
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)));
    assertIs(find(draining, "drain.a.1"), State.RUNNING, 0, 1, "1 replica left");
    assertIs(
        find(new Snapshots().order("a", true, 1).node(Reports.node("a")), "drain.a.1"),
        State.DONE,
        0,
        0,
        "holds no replicas");
    assertIs(find(new Snapshots().order("a", true, 1), "drain.a.1"), State.DONE, 0, 0, "has left");
  }

  @Test
  void aDrainIsSupersededByItsResumeAndTheOtherWayRound() {
    Snapshots resumed = new Snapshots().order("a", false, 1).node(Reports.node("a"));
    assertIs(find(resumed, "drain.a.1"), State.SUPERSEDED, 0, 0, "takes replicas again");
    assertIs(find(resumed, "resume.a.1"), State.DONE, 0, 0, "takes replicas again");
    Snapshots drained = new Snapshots().order("a", true, 1).node(Reports.node("a"));
    assertIs(find(drained, "resume.a.1"), State.SUPERSEDED, 0, 0, "draining again");
  }

  @Test
  void aDrainOfAnEarlierRunOfTheProcessIsSuperseded() {
    Snapshots restarted = new Snapshots().order("a", true, 9).node(Reports.node("a"));
    assertIs(find(restarted, "drain.a.9"), State.SUPERSEDED, 0, 0, "started anew");
    assertThat(find(restarted, "drain.a.1")).isEmpty();
    assertThat(find(new Snapshots().node(Reports.node("a")), "drain.a.1")).isEmpty();
  }

  @Test
  void anotherSpecSupersedesADeploymentAndTheSameOneDoesNot() {
    CatalogEntry same = entry(1, 5, Map.of(), 1L);
    CatalogEntry other = spec(same, 4, 0);
    assertIs(
        find(new Snapshots().entry(other), "deploy.m.3"),
        State.SUPERSEDED,
        0,
        0,
        "another spec was deployed at revision 4");
    assertIs(find(new Snapshots().entry(other), "deploy.m.4"), State.RUNNING, 0, 1, "");
    assertIs(find(new Snapshots().entry(same), "deploy.m.3"), State.RUNNING, 0, 1, "");
  }

  @Test
  void replicasLoadedBeforeTheSourceChangedDoNotCount() {
    CatalogEntry entry = spec(entry(1, 3, Map.of(), 1L), 3, 3);
    ReplicaReport old = follows(0, 2);
    assertIs(
        find(new Snapshots().entry(entry).node(Reports.node("a", old)), "deploy.m.3"),
        State.RUNNING,
        0,
        1,
        "0 of 1 ready");
    assertIs(
        find(
            new Snapshots().entry(entry).node(Reports.node("a", old, follows(1, 3))), "deploy.m.3"),
        State.RUNNING,
        1,
        1,
        "1 replica too many of v1 still leaving");
    assertIs(
        find(new Snapshots().entry(entry).node(Reports.node("a", follows(1, 3))), "deploy.m.3"),
        State.DONE,
        1,
        1,
        "");
  }

  @Test
  void aSourceThatNoNodeCanServeFailsTheDeploymentWithWhatEachFound() {
    CatalogEntry entry = entry(1, 1, Map.of());
    Snapshots one =
        new Snapshots()
            .entry(entry)
            .node(finding("a", "/models/m/", "does not exist: /models/m"))
            .node(Reports.node("b"));
    assertIs(find(one, "deploy.m.1"), State.RUNNING, 0, 1, "no version found yet");
    Snapshots all =
        new Snapshots()
            .entry(entry)
            .node(finding("a", "/models/m", "does not exist: /models/m"))
            .node(finding("b", "/models/m", "1: no saved_model.pb yet"));
    assertIs(
        find(all, "deploy.m.1"),
        State.FAILED,
        0,
        1,
        "no node can serve /models/m: a: does not exist: /models/m; b: 1: no saved_model.pb yet");
    Snapshots before =
        new Snapshots().entry(entry).node(finding("a", "/models/other", "does not exist"));
    assertIs(find(before, "deploy.m.1"), State.RUNNING, 0, 1, "no version found yet");
  }

  @Test
  void aDrainSaysWhatFitsNowhereAndFailsAtItsDeadline() {
    NodeOrder order =
        new NodeOrder(
            1,
            true,
            Instant.EPOCH,
            Instant.ofEpochSecond(60),
            List.of("m/1/0 fits nowhere else: b: needs 2 GiB, 1 GiB free"),
            false);
    Snapshots stuck =
        new Snapshots()
            .order("a", order)
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)));
    assertIs(
        find(stuck, "drain.a.1"),
        State.RUNNING,
        0,
        1,
        "a: 1 replica left to move: m/1/0 fits nowhere else: b: needs 2 GiB, 1 GiB free;"
            + " waits for room until 1970-01-01T00:01:00Z");
    Snapshots over =
        new Snapshots()
            .order("a", order.withProgress(order.stuck(), true))
            .node(Reports.node("a", replica(1, 0, ReplicaState.READY)));
    assertIs(
        find(over, "drain.a.1"),
        State.FAILED,
        0,
        1,
        "a: 1 replica left when its time was over, going on there: m/1/0 fits nowhere else");
  }

  private static NodeReport finding(String node, String source, String problem) {
    NodeReport plain = Reports.node(node);
    return new NodeReport(
        plain.nodeId(),
        plain.address(),
        plain.incarnation(),
        plain.dataHost(),
        plain.dataPort(),
        plain.zone(),
        plain.labels(),
        plain.device(),
        plain.hostMemoryBytes(),
        plain.draining(),
        plain.startedAt(),
        plain.replicas(),
        plain.ledger(),
        plain.artifacts(),
        plain.load(),
        plain.runtimes(),
        List.of(new NodeReport.Finding("m", source, problem)));
  }

  private static CatalogEntry spec(CatalogEntry entry, long specRevision, long loadRevision) {
    return new CatalogEntry(
        entry.spec(),
        entry.versions(),
        entry.aliases(),
        entry.revision(),
        entry.origin(),
        entry.deleted(),
        specRevision,
        loadRevision);
  }

  private static ReplicaReport follows(int ordinal, long revision) {
    return new ReplicaReport(
        Reports.replica("m", 1, ordinal),
        ReplicaState.READY,
        "",
        0,
        0,
        0,
        ReplicaReport.Work.NONE,
        revision);
  }
}
