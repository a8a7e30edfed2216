package io.dunlin.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import io.dunlin.shared.replicated.WriteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Nodes without processes under a real controller with real tables: replicas do what they are told
 * and are reported. The first controller dies after a number of effects; what it does later is
 * dropped, and the next one takes over.
 */
final class ControlledNodes {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final ControlSettings SETTINGS =
      new ControlSettings(
          Duration.ofMillis(20),
          Duration.ofMillis(2),
          64,
          Duration.ofMillis(100),
          Duration.ZERO,
          Duration.ofSeconds(3),
          4,
          Duration.ofMinutes(1));

  private final ActorTestKit kit;
  private final String name;
  private final Cluster cluster;
  private final ActorRef<ReplicatedTable.Message<CatalogEntry>> catalogTable;
  private final ActorRef<ReplicatedTable.Message<Assignment>> assignmentsTable;
  private final ActorRef<ReplicatedTable.Message<NodeOrder>> ordersTable;
  private final ActorRef<ReplicatedTable.Message<NodeReport>> nodesTable;
  private final TestProbe<Object> waiter;
  private final AtomicInteger effects = new AtomicInteger();
  private final AtomicInteger names = new AtomicInteger();
  private final List<ActorRef<?>> spawned = new ArrayList<>();

  // guarded by this
  private final List<String> history = new ArrayList<>();
  private final Map<String, TreeMap<ReplicaId, ReplicaReport>> nodes = new TreeMap<>();
  private Map<String, CatalogEntry> catalog = Map.of();
  private Map<String, Assignment> assignments = Map.of();
  private List<ControlProtocol.RepositoryModel> repository = List.of();
  private Incarnation incarnation;

  /** One life of the controller. */
  private final class Incarnation {
    private final int mostEffects;
    private final AtomicInteger done = new AtomicInteger();
    private final ActorRef<ControlProtocol.Command> controller;

    Incarnation(int mostEffects) {
      this.mostEffects = mostEffects;
      ModelController.Tables tables =
          new ModelController.Tables(
              gated(catalogTable), gated(assignmentsTable), gated(ordersTable), nodesTable);
      this.controller =
          spawn(
              ModelController.create(
                  tables,
                  (replica, command) -> {
                    if (happens()) {
                      happened(replica + " " + command.getClass().getSimpleName());
                      obey(replica, command);
                    }
                  },
                  SETTINGS,
                  InstantSource.system()));
    }

    /** Whether an effect takes place; the first that does not is the end of this life. */
    private boolean happens() {
      int number = done.incrementAndGet();
      if (number <= mostEffects) {
        effects.incrementAndGet();
        return true;
      }
      if (number == mostEffects + 1) {
        succeed(this);
      }
      return false;
    }

    private static String written(ReplicatedTable.Message<?> message) {
      return message instanceof ReplicatedTable.Put<?> put
          ? put.key() + " = " + put.value()
          : message.toString();
    }

    private <V> ActorRef<ReplicatedTable.Message<V>> gated(
        ActorRef<ReplicatedTable.Message<V>> table) {
      Behavior<ReplicatedTable.Message<V>> gate =
          Behaviors.receiveMessage(
              message -> {
                boolean writes =
                    message instanceof ReplicatedTable.Put
                        || message instanceof ReplicatedTable.Remove;
                if (!writes || happens()) {
                  if (writes) {
                    happened(written(message));
                  }
                  table.tell(message);
                }
                return Behaviors.same();
              });
      return spawn(gate);
    }
  }

  ControlledNodes(ActorTestKit kit, String name, int effectsOfTheFirst) {
    this.kit = kit;
    this.name = name;
    this.cluster = Cluster.get(kit.system());
    this.waiter = kit.createTestProbe();
    this.catalogTable = table("catalog", WriteOrder.byRevision(CatalogEntry::revision));
    this.assignmentsTable = table("assignments", WriteOrder.lastWritten());
    this.ordersTable = table("orders", WriteOrder.lastWritten());
    this.nodesTable = table("nodes", WriteOrder.lastWritten());
    follow(catalogTable, entries -> catalog = entries);
    follow(assignmentsTable, entries -> assignments = entries);
    synchronized (this) {
      this.incarnation = new Incarnation(effectsOfTheFirst);
    }
  }

  private <M> ActorRef<M> spawn(Behavior<M> behavior) {
    // not the kit's spawn, which blocks until its guardian answers: this is called by actors too
    ActorRef<M> actor =
        kit.system().systemActorOf(behavior, name + "-" + names.incrementAndGet(), Props.empty());
    synchronized (spawned) {
      spawned.add(actor);
    }
    return actor;
  }

  private <V> ActorRef<ReplicatedTable.Message<V>> table(String table, WriteOrder<V> order) {
    return spawn(
        ReplicatedTable.create(
            name + "-" + table, ReplicatedTable.majority(Duration.ofSeconds(3)), order));
  }

  private <V> void follow(
      ActorRef<ReplicatedTable.Message<V>> table, Consumer<Map<String, V>> consumer) {
    Behavior<ReplicatedTable.Snapshot<V>> behavior =
        Behaviors.receiveMessage(
            snapshot -> {
              synchronized (this) {
                consumer.accept(snapshot.entries());
              }
              return Behaviors.same();
            });
    table.tell(new ReplicatedTable.Subscribe<>(spawn(behavior)));
  }

  private synchronized void succeed(Incarnation dead) {
    happened("death");
    stop(dead.controller);
    incarnation = new Incarnation(Integer.MAX_VALUE);
    tellSources();
  }

  private void stop(ActorRef<?> actor) {
    Adapter.toClassic(kit.system()).stop(Adapter.toClassic(actor));
  }

  void stop() {
    synchronized (spawned) {
      spawned.forEach(this::stop);
    }
  }

  private synchronized void happened(String what) {
    history.add(what);
  }

  /** What the controllers did. */
  synchronized String history() {
    return String.join("\n", history);
  }

  int effects() {
    return effects.get();
  }

  // ---- nodes

  synchronized void join(String node) {
    nodes.put(node, new TreeMap<>());
    report(node);
    tellSources();
  }

  synchronized void source(String model, Long... versions) {
    repository =
        List.of(
            ControlProtocol.RepositoryModel.of(
                ModelSpec.of(model, "models/" + model), List.of(versions)));
    tellSources();
  }

  private synchronized void tellSources() {
    for (String node : nodes.keySet()) {
      incarnation.controller.tell(new ControlProtocol.RepositorySeen(node, repository));
    }
  }

  private synchronized void obey(ReplicaId replica, ReplicaProtocol.Command command) {
    Assignment assignment = assignments.get(replica.entityId());
    for (Map.Entry<String, TreeMap<ReplicaId, ReplicaReport>> node : nodes.entrySet()) {
      boolean holds = node.getValue().containsKey(replica);
      switch (command) {
        case ReplicaProtocol.Start start -> {
          if (assignment != null && assignment.nodeId().equals(node.getKey()) && !holds) {
            node.getValue().put(replica, ready(replica, start.revision()));
          }
        }
        case ReplicaProtocol.Reconfigure change ->
            node.getValue().computeIfPresent(replica, (id, r) -> ready(id, change.revision()));
        case ReplicaProtocol.Stop stop -> node.getValue().remove(replica);
      }
      report(node.getKey());
    }
  }

  private static ReplicaReport ready(ReplicaId replica, long revision) {
    return new ReplicaReport(
        replica, ReplicaState.READY, "", 1, 1 << 20, 0, ReplicaReport.Work.NONE, revision);
  }

  private synchronized void report(String node) {
    List<ReplicaReport> replicas =
        new ArrayList<>(nodes.getOrDefault(node, new TreeMap<>()).values());
    NodeReport report =
        new NodeReport(
            node,
            cluster.selfMember().address().toString(),
            cluster.selfMember().uniqueAddress().longUid(),
            "",
            0,
            "",
            Map.of(),
            new NodeReport.Device("cpu", "cpu", 1L << 30),
            1L << 30,
            false,
            Instant.EPOCH,
            replicas,
            new NodeReport.Ledger((long) replicas.size() << 20, 0),
            List.of(),
            0,
            List.of("tensorflow_savedmodel"));
    nodesTable.tell(new ReplicatedTable.Put<>(node, report, kit.system().ignoreRef()));
  }

  // ---- what a client does

  /** Asks again while the answer is lost with a controller, or is that there is none now. */
  void ask(Function<ActorRef<ControlProtocol.Reply>, ControlProtocol.Command> command) {
    TestProbe<ControlProtocol.Reply> reply = kit.createTestProbe();
    waiter.awaitAssert(
        PATIENCE,
        LOOK,
        () -> {
          ActorRef<ControlProtocol.Command> now;
          synchronized (this) {
            now = incarnation.controller;
          }
          now.tell(command.apply(reply.ref()));
          assertThat(reply.receiveMessage(Duration.ofMillis(500)))
              .isInstanceOf(ControlProtocol.Accepted.class);
          return true;
        });
  }

  void awaitReady(String version, int count) {
    await(() -> assertThat(readyNodes().getOrDefault(version, List.of())).hasSize(count));
  }

  /** Until all follow the spec that the catalog has now, and none is left of those before. */
  void awaitLoadedSince(String model, int eachVersion) {
    await(
        () -> {
          synchronized (this) {
            CatalogEntry entry = Objects.requireNonNull(catalog.get(model));
            assertThat(entry.spec().threading().intraOp()).isEqualTo(2);
            List<ReplicaReport> all =
                nodes.values().stream().flatMap(node -> node.values().stream()).toList();
            assertThat(all).allMatch(r -> r.revision() >= entry.loadRevision());
            assertThat(all).hasSize(eachVersion * entry.versions().size());
          }
        });
  }

  /** Until there are these replicas, by version and node, and what is assigned is what there is. */
  void awaitEnd(Map<String, List<String>> expected) {
    await(
        () -> {
          synchronized (this) {
            assertThat(readyNodes()).isEqualTo(expected);
            Set<String> held =
                nodes.values().stream()
                    .flatMap(node -> node.keySet().stream())
                    .map(ReplicaId::entityId)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(new TreeSet<>(assignments.keySet())).isEqualTo(held);
          }
        });
  }

  private void await(Runnable assertion) {
    waiter.awaitAssert(
        PATIENCE,
        LOOK,
        () -> {
          assertion.run();
          return true;
        });
  }

  /** Nodes with a READY replica, by version. */
  synchronized Map<String, List<String>> readyNodes() {
    Map<String, List<String>> ready = new HashMap<>();
    nodes.forEach(
        (node, replicas) ->
            replicas
                .keySet()
                .forEach(
                    replica ->
                        ready
                            .computeIfAbsent(replica.version().toString(), key -> new ArrayList<>())
                            .add(node)));
    return ready;
  }

  synchronized Map<String, Alias> aliases(String model) {
    CatalogEntry entry = catalog.get(model);
    return entry == null ? Map.of() : entry.aliases();
  }
}
