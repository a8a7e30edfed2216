package io.dunlin.gateway.http.admin.operation;

import io.dunlin.gateway.http.admin.operation.Operation.State;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Tells how far work is by comparing what is desired with what is observed. Pure.
 *
 * <pre>
 * deploy  SUPERSEDED  undeployed, or another spec deployed since
 *         FAILED      no node can serve its source, or a version failed wherever it was loaded
 *         DONE        every version has its replicas READY, all loaded as the spec says, none more
 *         RUNNING     else
 * drain   SUPERSEDED  resumed, or the process was started anew
 *         DONE        it holds no replicas, or has left
 *         FAILED      replicas are left at its deadline; they serve, and are moved when they can be
 *         RUNNING     else
 * </pre>
 *
 * FAILED is what is so now: a source that is mended, or a replica that loads after all, carries the
 * work on. A later revision with the same spec (another version found, an alias moved) does too. A
 * revision this gateway has not seen yet is unknown to it.
 */
public final class Operations {
  private final ClusterSnapshot snapshot;

  public Operations(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** Where it stands; empty when nothing here says that there was such a change. */
  public Optional<Operation> find(OperationId id) {
    return switch (id) {
      case OperationId.Deploy deploy ->
          entry(deploy.target(), deploy.revision()).map(entry -> deploy(deploy, entry));
      case OperationId.Undeploy undeploy ->
          entry(undeploy.target(), undeploy.revision()).map(entry -> undeploy(undeploy, entry));
      case OperationId.Alias alias ->
          entry(alias.target(), alias.revision()).map(entry -> alias(alias, entry));
      case OperationId.Drain drain -> drain(drain);
    };
  }

  private Optional<CatalogEntry> entry(String model, long revision) {
    return Optional.ofNullable(snapshot.catalog().get(model))
        .filter(entry -> revision >= 1 && entry.revision() >= revision);
  }

  private Operation deploy(OperationId.Deploy id, CatalogEntry entry) {
    if (entry.deleted()) {
      return superseded(id, "undeployed at revision " + entry.revision());
    }
    if (entry.specRevision() > id.revision()) {
      return superseded(id, "another spec was deployed at revision " + entry.specRevision());
    }
    int min = entry.spec().replicas().min();
    Optional<String> unserved = SourceProblems.of(entry, snapshot.nodes());
    if (unserved.isPresent()) {
      return new Operation(id, State.FAILED, 0, min, unserved.get());
    }
    if (entry.versions().isEmpty()) {
      return new Operation(
          id,
          State.RUNNING,
          0,
          min,
          "no version found yet in "
              + entry.spec().source()
              + " (expected: <version>/saved_model.pb, on every node)");
    }
    ReplicaCount count = count(entry, entry.versions());
    int most = entry.spec().replicas().max();
    for (long version : entry.versions()) {
      ReplicaCount one = count(entry, List.of(version));
      if (one.isHopeless()) {
        return operation(id, State.FAILED, count, "v" + version + " failed: " + one.failure());
      }
      if (one.present() > most && one.isComplete()) {
        return operation(
            id,
            State.RUNNING,
            count,
            replicas(one.present() - most) + " too many of v" + version + " still leaving");
      }
    }
    return operation(id, count.isComplete() ? State.DONE : State.RUNNING, count, count.words());
  }

  private Operation undeploy(OperationId id, CatalogEntry entry) {
    if (!entry.deleted()) {
      return superseded(id, "deployed again at revision " + entry.revision());
    }
    int left = 0;
    for (NodeReport node : snapshot.nodes()) {
      left +=
          (int)
              node.replicas().stream()
                  .filter(report -> report.replica().version().model().equals(id.target()))
                  .filter(report -> ReplicaCount.isPresent(report.state()))
                  .count();
    }
    return left == 0
        ? new Operation(id, State.DONE, 0, 0, "no replica is left")
        : new Operation(id, State.RUNNING, 0, left, replicas(left) + " left to unload");
  }

  private Operation alias(OperationId.Alias id, CatalogEntry entry) {
    if (entry.deleted()) {
      return superseded(id, "undeployed at revision " + entry.revision());
    }
    Alias alias = entry.aliases().get(id.alias());
    if (!id.set()) {
      return alias == null
          ? new Operation(id, State.DONE, 0, 0, id.alias() + " is taken away")
          : superseded(id, id.alias() + " was set again by revision " + entry.revision());
    }
    if (alias == null) {
      return superseded(id, id.alias() + " was taken away by revision " + entry.revision());
    }
    if (alias.pending().isEmpty()) {
      ReplicaCount active = count(entry, alias.active().keySet());
      return operation(id, State.DONE, active, id.alias() + " is switched, epoch " + alias.epoch());
    }
    ReplicaCount warming = count(entry, alias.pending().keySet());
    for (long version : alias.pending().keySet()) {
      ReplicaCount one = count(entry, List.of(version));
      if (one.isHopeless()) {
        return operation(
            id,
            State.FAILED,
            warming,
            id.alias() + " stays as it was: v" + version + " failed: " + one.failure());
      }
    }
    return operation(
        id, State.RUNNING, warming, id.alias() + " switches when warm: " + warming.words());
  }

  private Optional<Operation> drain(OperationId.Drain id) {
    NodeOrder order = snapshot.orders().get(id.target());
    Optional<NodeReport> found = snapshot.node(id.target());
    if (found.isEmpty()) {
      return order == null || order.incarnation() != id.incarnation()
          ? Optional.empty()
          : Optional.of(
              id.draining()
                  ? new Operation(id, State.DONE, 0, 0, id.target() + " has left the cluster")
                  : superseded(id, id.target() + " has left the cluster"));
    }
    NodeReport node = found.get();
    if (node.incarnation() != id.incarnation()) {
      return order == null || order.incarnation() != id.incarnation()
          ? Optional.empty()
          : Optional.of(superseded(id, id.target() + " was started anew since"));
    }
    if (order == null || order.incarnation() != id.incarnation()) {
      return Optional.empty();
    }
    if (order.draining() != id.draining()) {
      return Optional.of(
          superseded(
              id, id.target() + (id.draining() ? " takes replicas again" : " is draining again")));
    }
    if (!id.draining()) {
      return Optional.of(
          new Operation(id, State.DONE, 0, 0, id.target() + " takes replicas again"));
    }
    return Optional.of(drained(id, node, order));
  }

  private static Operation drained(OperationId.Drain id, NodeReport node, NodeOrder order) {
    int left =
        (int) node.replicas().stream().filter(r -> ReplicaCount.isPresent(r.state())).count();
    if (left == 0) {
      return new Operation(id, State.DONE, 0, 0, id.target() + " holds no replicas");
    }
    String why = order.stuck().isEmpty() ? "" : ": " + String.join("; ", order.stuck());
    if (order.overdue()) {
      return new Operation(
          id,
          State.FAILED,
          0,
          left,
          id.target()
              + ": "
              + replicas(left)
              + " left when its time was over, going on there"
              + why);
    }
    String until =
        why.isEmpty() || order.until().equals(Instant.EPOCH)
            ? ""
            : "; waits for room until " + order.until().truncatedTo(ChronoUnit.SECONDS);
    return new Operation(
        id,
        State.RUNNING,
        0,
        left,
        id.target() + ": " + replicas(left) + " left to move" + why + until);
  }

  private ReplicaCount count(CatalogEntry entry, Collection<Long> versions) {
    String model = entry.spec().name();
    int assigned = 0;
    for (String entityId : snapshot.assignments().keySet()) {
      ModelVersionId version = ReplicaId.ofEntityId(entityId).version();
      assigned += version.model().equals(model) && versions.contains(version.version()) ? 1 : 0;
    }
    return ReplicaCount.of(
        snapshot.nodes(),
        model,
        versions,
        entry.spec().replicas().min(),
        assigned,
        entry.loadRevision());
  }

  private static Operation operation(
      OperationId id, State state, ReplicaCount count, String message) {
    return new Operation(id, state, count.counted(), count.wanted(), message);
  }

  private static String replicas(int count) {
    return count == 1 ? "1 replica" : count + " replicas";
  }

  private static Operation superseded(OperationId id, String message) {
    return new Operation(id, State.SUPERSEDED, 0, 0, message);
  }
}
