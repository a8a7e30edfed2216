package io.dunlin.node.control;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementSettings;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The controller's state and reconciler in a cluster on virtual time, where nothing is certain:
 * commands and reports are late, lost, doubled and overtake each other, controllers die between two
 * actions, and nodes die and come back. One seed is one history.
 *
 * <p>Reports of one node are numbered and an older one never replaces a newer one, as in the
 * replicated directory. A command reaches the node that holds the replica, or the one it is
 * assigned to when it arrives, as through the shards.
 */
final class ControlSimulation {
  private static final String MODEL = "m";
  private static final int NODES = 4;
  private static final long LOADED_BYTES = 64 << 20;
  private static final long CHAOS_MILLIS = 60_000;
  private static final long CALM_MILLIS = 240_000;
  private static final int EVENTS = 14;
  private static final Duration DRAIN_TIME = Duration.ofSeconds(30);

  private final SplittableRandom random;
  private final Mode mode;
  private final PlacementPlanner planner = new PlacementPlanner(PlacementSettings.DEFAULT);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final List<String> log = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  // what survives a controller
  private final Map<String, CatalogEntry> catalog = new TreeMap<>();
  private final Map<String, Assignment> assignments = new TreeMap<>();
  private final Map<String, NodeOrder> orders = new TreeMap<>();
  private final Map<String, NodeReport> directory = new TreeMap<>();
  private final Map<String, Members.Member> members = new TreeMap<>();

  // what is so, whoever knows it
  private final Map<String, Node> nodes = new TreeMap<>();
  private List<Long> versions = List.of(1L);
  private int replicas = 2;
  private boolean served;

  private ControlState controller = new ControlState(0, Duration.ZERO);
  private long now;
  private long lastNumber;
  private long lastIncarnation;
  private boolean calm;

  /** What may go wrong. */
  enum Mode {
    /** Nothing: every change is planned, what is sent arrives. */
    PLANNED(true, false),
    /**
     * Commands and reports are late, lost and doubled. A replica is READY at all times, even so.
     */
    UNSURE(false, false),
    /** And nodes die, and loads fail. */
    DEADLY(false, true);

    private final boolean sure;
    private final boolean deaths;

    Mode(boolean sure, boolean deaths) {
      this.sure = sure;
      this.deaths = deaths;
    }
  }

  private record Event(long at, long number, Runnable action) {}

  /** One run of a node's process. */
  private static final class Node {
    private final String id;
    private final long incarnation;
    private final Map<ReplicaId, ReplicaState> held = new TreeMap<>();
    private boolean alive = true;
    private long lastReport;

    private Node(String id, long incarnation) {
      this.id = id;
      this.incarnation = incarnation;
    }
  }

  ControlSimulation(long seed, Mode mode) {
    this.random = new SplittableRandom(seed);
    this.mode = mode;
  }

  private boolean isSure() {
    return calm || mode.sure;
  }

  List<String> violations() {
    return violations;
  }

  List<String> log() {
    return log;
  }

  /** Plays one history to its end. */
  void run() {
    for (int i = 0; i < NODES; i++) {
      start("n" + i);
    }
    look();
    pass();
    for (int i = 0; i < EVENTS; i++) {
      at(10_000 + random.nextLong(CHAOS_MILLIS), this::happen);
    }
    at(10_000 + CHAOS_MILLIS, this::becomeCalm);
    long end = 10_000 + CHAOS_MILLIS + CALM_MILLIS;
    while (!events.isEmpty() && events.element().at() <= end) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
      checkServed();
    }
    checkRest();
  }

  // ---- what happens

  private void happen() {
    switch (random.nextInt(mode.deaths ? 9 : 6)) {
      case 0 -> controllerDies();
      case 1 -> {
        versions = versions.equals(List.of(1L)) ? List.of(1L, 2L) : List.of(1L);
        note("versions " + versions);
        look();
      }
      case 2 -> {
        replicas = 1 + random.nextInt(3);
        note("replicas " + replicas);
        look();
      }
      case 3 -> drain(anyNode(), true);
      case 4, 5 -> drain(anyNode(), false);
      case 6 -> die(anyNode());
      case 7, 8 -> startOneThatIsDown();
      default -> throw new AssertionError();
    }
  }

  private void becomeCalm() {
    calm = true;
    note("calm");
    for (int i = 0; i < NODES; i++) {
      String id = "n" + i;
      Node node = nodes.get(id);
      if (node == null || !node.alive) {
        start(id);
      }
      at(now + 8_000, () -> drain(id, false));
    }
  }

  private void start(String id) {
    Node node = new Node(id, ++lastIncarnation);
    nodes.put(id, node);
    note("start " + id);
    soon(
        500,
        3_000,
        () -> {
          if (node.alive) {
            members.put(address(id), new Members.Member(node.incarnation, true, false));
            membersChanged();
          }
        });
    report(node);
    work(node);
  }

  private void die(String id) {
    Node node = nodes.get(id);
    long alive = nodes.values().stream().filter(n -> n.alive).count();
    if (node == null || !node.alive || alive <= 2) {
      return;
    }
    note("die " + id);
    node.alive = false;
    node.held.clear();
    soon(1_000, 5_000, () -> forget(node));
  }

  /** The failure detector and the resolver have done their work. */
  private void forget(Node node) {
    Members.Member member = members.get(address(node.id));
    if (member != null && member.incarnation() == node.incarnation) {
      members.remove(address(node.id));
      membersChanged();
    }
  }

  private void startOneThatIsDown() {
    nodes.values().stream()
        .filter(node -> !node.alive && !members.containsKey(address(node.id)))
        .findFirst()
        .ifPresent(node -> start(node.id));
  }

  private void drain(String id, boolean draining) {
    long drained = orders.values().stream().filter(NodeOrder::draining).count();
    if (draining && drained >= 2) {
      return; // where nobody takes replicas, none can be moved
    }
    note((draining ? "drain " : "resume ") + id);
    controller
        .order(id, draining, Instant.ofEpochMilli(now), Instant.ofEpochMilli(now).plus(DRAIN_TIME))
        .ifPresent(order -> orders.put(id, order));
  }

  private void controllerDies() {
    note("the controller dies");
    controller = new ControlState(now, Duration.ZERO);
    controller.catalog().replicated(catalog);
    controller.assignmentsRead(assignments);
    controller.ordersRead(orders);
    membersChanged();
    look();
  }

  private void membersChanged() {
    controller.membersAre(new Members(Map.copyOf(members)));
  }

  /** The nodes' repository is read: the model with its versions and wishes. */
  private void look() {
    ControlProtocol.RepositoryModel seen =
        ControlProtocol.RepositoryModel.of(Views.spec(MODEL, replicas), versions);
    controller
        .catalog()
        .repositorySeen(new ControlProtocol.RepositorySeen("n0", List.of(seen)), Set.of("n0"))
        .forEach(entry -> catalog.put(entry.spec().name(), entry));
  }

  // ---- the controller

  private void pass() {
    controller.reportsAre(Map.copyOf(directory));
    for (ControlAction action : Reconciler.reconcile(controller.view(now), planner)) {
      carryOut(action);
      if (!calm && random.nextInt(400) == 0) {
        controllerDies();
        break;
      }
    }
    at(now + 250, this::pass);
  }

  private void carryOut(ControlAction action) {
    switch (action) {
      case ControlAction.Assign assign -> assign(assign.replica(), assign.assignment());
      case ControlAction.Unassign unassign -> {
        controller.unassigned(unassign.replica(), now);
        assignments.remove(unassign.replica().entityId());
      }
      case ControlAction.Start start -> send(() -> started(start.replica()));
      case ControlAction.Stop stop -> {
        if (controller.isAssigned(stop.replica())) {
          controller.unassigned(stop.replica(), now);
          assignments.remove(stop.replica().entityId());
        }
        controller.stopTold(stop.replica(), now);
        note("stop " + stop.replica().entityId() + ": " + stop.reason());
        send(() -> stopped(stop.replica()));
      }
      // these replicas do not say which spec they follow, so none is ever behind
      case ControlAction.Reconfigure change -> {}
      case ControlAction.SwitchAlias change ->
          controller
              .catalog()
              .switchAlias(change.model(), change.alias(), change.revision())
              .ifPresent(entry -> catalog.put(change.model(), entry));
    }
  }

  private void assign(ReplicaId replica, Assignment assignment) {
    ControlState author = controller;
    author.assigned(replica, assignment);
    assignments.put(replica.entityId(), assignment);
    soon(5, 200, () -> author.written(replica));
  }

  // ---- messages

  /** Late, and while it is not calm now and then lost or doubled. */
  private void send(Runnable delivery) {
    int dice = isSure() ? 99 : random.nextInt(100);
    if (dice < 15) {
      return;
    }
    soon(5, isSure() ? 50 : 900, delivery);
    if (dice < 25) {
      soon(5, 2_000, delivery);
    }
  }

  private void started(ReplicaId replica) {
    Node holder = holder(replica);
    if (holder == null) {
      Assignment assignment = assignments.get(replica.entityId());
      holder = assignment == null ? null : nodes.get(assignment.nodeId());
    }
    if (holder != null && holder.alive) {
      holder.held.merge(
          replica, ReplicaState.PENDING, (is, pending) -> is == ReplicaState.FAILED ? pending : is);
    }
  }

  private void stopped(ReplicaId replica) {
    Node holder = holder(replica);
    if (holder == null) {
      return;
    }
    ReplicaState state = holder.held.get(replica);
    if (state == ReplicaState.READY) {
      holder.held.put(replica, ReplicaState.DRAINING);
    } else if (state != ReplicaState.DRAINING && state != ReplicaState.UNLOADING) {
      holder.held.remove(replica);
    }
  }

  private @Nullable Node holder(ReplicaId replica) {
    return nodes.values().stream()
        .filter(node -> node.alive && node.held.containsKey(replica))
        .findFirst()
        .orElse(null);
  }

  // ---- the nodes

  private void work(Node node) {
    if (!node.alive) {
      return;
    }
    for (ReplicaId replica : List.copyOf(node.held.keySet())) {
      if (random.nextBoolean()) {
        ReplicaState next = next(node.held.getOrDefault(replica, ReplicaState.UNLOADED));
        if (next == ReplicaState.UNLOADED) {
          node.held.remove(replica);
        } else {
          node.held.put(replica, next);
        }
      }
    }
    soon(100, 500, () -> work(node));
  }

  private ReplicaState next(ReplicaState state) {
    return switch (state) {
      case PENDING -> ReplicaState.LOADING;
      case LOADING ->
          mode.deaths && !calm && random.nextInt(20) == 0
              ? ReplicaState.FAILED
              : ReplicaState.WARMING;
      case WARMING, READY -> ReplicaState.READY;
      case DRAINING -> ReplicaState.UNLOADING;
      case UNLOADING, UNLOADED -> ReplicaState.UNLOADED;
      case FAILED -> ReplicaState.FAILED;
    };
  }

  /** What a node says of itself five times a second, as it is when it says so. */
  private void report(Node node) {
    if (!node.alive) {
      return;
    }
    List<ReplicaReport> said = new ArrayList<>();
    node.held.forEach((replica, state) -> said.add(report(replica, state)));
    NodeReport report = withIncarnation(Views.report(node.id, said), node.incarnation);
    long number = ++lastNumber;
    if (isSure() || random.nextInt(10) > 0) {
      soon(
          10,
          isSure() ? 50 : 1_500,
          () -> {
            if (number > node.lastReport && isNewest(node)) {
              node.lastReport = number;
              directory.put(node.id, report);
            }
          });
    }
    at(now + (isSure() ? 100 : 200), () -> report(node));
  }

  private boolean isNewest(Node node) {
    Node newest = nodes.get(node.id);
    return newest == null || newest.incarnation == node.incarnation;
  }

  private static ReplicaReport report(ReplicaId replica, ReplicaState state) {
    boolean holds = state != ReplicaState.PENDING && state != ReplicaState.FAILED;
    return new ReplicaReport(
        replica, state, "", 0, holds ? LOADED_BYTES : 0, 0, ReplicaReport.Work.NONE);
  }

  private static NodeReport withIncarnation(NodeReport report, long incarnation) {
    return new NodeReport(
        report.nodeId(),
        report.address(),
        incarnation,
        report.dataHost(),
        report.dataPort(),
        report.zone(),
        report.labels(),
        report.device(),
        report.hostMemoryBytes(),
        report.draining(),
        report.startedAt(),
        report.replicas(),
        report.ledger(),
        report.artifacts(),
        report.load(),
        report.runtimes());
  }

  // ---- invariants

  /**
   * Once a replica is READY, no planned change leaves the model without one, not for an instant.
   */
  private void checkServed() {
    long ready = ready().size();
    served |= ready > 0;
    if (served && ready == 0 && !mode.deaths && violations.isEmpty()) {
      violations.add(now + " ms: no replica is READY; held " + held());
    }
  }

  /** What is wished for is there, nothing else is, and the tables say so. */
  private void checkRest() {
    long version = versions.getLast();
    Map<Long, Long> ready =
        ready().stream()
            .collect(Collectors.groupingBy(r -> r.version().version(), Collectors.counting()));
    expect(
        ready.equals(Map.of(version, (long) replicas)),
        "READY by version " + ready + " (expected: " + version + "=" + replicas + ")");
    Map<String, String> held = held();
    Map<String, String> assigned = new TreeMap<>();
    assignments.forEach((id, assignment) -> assigned.put(id, assignment.nodeId()));
    expect(held.equals(assigned), "held " + held + ", assigned " + assigned);
  }

  private List<ReplicaId> ready() {
    List<ReplicaId> ready = new ArrayList<>();
    nodes
        .values()
        .forEach(
            node ->
                node.held.forEach(
                    (replica, state) -> {
                      if (state == ReplicaState.READY) {
                        ready.add(replica);
                      }
                    }));
    return ready;
  }

  private Map<String, String> held() {
    Map<String, String> held = new TreeMap<>();
    nodes
        .values()
        .forEach(
            node ->
                node.held
                    .keySet()
                    .forEach(
                        replica -> {
                          String other = held.put(replica.entityId(), node.id);
                          if (other != null) {
                            violations.add(replica + " on " + other + " and " + node.id);
                          }
                        }));
    return held;
  }

  private void expect(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  // ---- time

  private void soon(long least, long most, Runnable action) {
    at(now + least + random.nextLong(most - least), action);
  }

  private void at(long millis, Runnable action) {
    events.add(new Event(millis, ++lastNumber, action));
  }

  private void note(String text) {
    log.add(now + " " + text);
  }

  private String anyNode() {
    return "n" + random.nextInt(NODES);
  }

  private static String address(String id) {
    return "pekko://dunlin@" + id + ":1";
  }
}
