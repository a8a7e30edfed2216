package io.dunlin.cli.boot.formation;

import io.dunlin.shared.protocol.FormationProtocol;
import io.dunlin.shared.protocol.FormationProtocol.Hello;
import io.dunlin.shared.protocol.FormationProtocol.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this process into a cluster by the rules of {@link Formation}, answers others that want to
 * come in, and looks out for a second cluster ({@link Rivals}) as long as it runs.
 *
 * <pre>
 * outside  asks every seed twice a second  -> Begin, Join: tells Pekko, goes on asking
 *                                          -> Refuse: the caller hears why
 *          this process is a member        -> inside
 * inside   asks every seed that is no member every two seconds
 *          another cluster, and this one gives way  -> the caller hears why
 * leaving  answers nobody any more
 * </pre>
 */
public final class ClusterFormation {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterFormation.class);
  private static final Duration ASK = Duration.ofMillis(500);
  private static final Duration LOOK_OUT = Duration.ofSeconds(2);
  private static final Duration RESOLVE_EVERY = Duration.ofSeconds(5);

  /** Pekko's own way in is tried again after this long. */
  private static final Duration JOIN_AGAIN = Duration.ofSeconds(10);

  /** What it hears. */
  private sealed interface Message {}

  private record Request(Hello hello) implements Message {}

  private record Answered(Standing standing) implements Message {}

  private record Tick() implements Message {}

  private record Resolved(List<SeedAddresses.Seed> seeds) implements Message {}

  private record Explained(Map<String, String> reasons) implements Message {}

  /**
   * How this process is known, and what it wants.
   *
   * @param clusterName the name of its cluster
   * @param protocolVersion it speaks
   * @param seeds in order, the same for all processes; empty to begin a cluster at once
   */
  public record Wish(String clusterName, int protocolVersion, List<String> seeds) {
    public Wish {
      seeds = List.copyOf(seeds);
    }
  }

  /** Is told what becomes of the wish; on the actor's thread. */
  public interface Listener {
    /** What is missing for a cluster, while something is; again when it changes. */
    void waitsFor(String what);

    /** This process is in the wrong place and stops asking. */
    void refused(String line);

    /** This process must leave its cluster and start anew. */
    void givesWay(String line);
  }

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final Wish wish;
  private final Listener listener;
  private final LongSupplier nanoClock;
  private final Cluster cluster;
  private final Executor blocking;
  private final ActorRef<Standing> answers;
  private final Formation formation;
  private final Rivals rivals = new Rivals();
  private final Set<String> answered = new HashSet<>();
  private List<SeedAddresses.Seed> seeds;
  private Map<String, String> reasons = Map.of();
  private Formation.Decision last = new Formation.Decision.Wait();
  private long lastNanos;
  private long resolvedNanos;
  private boolean over;

  private ClusterFormation(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      Wish wish,
      Listener listener,
      LongSupplier nanoClock) {
    this.context = context;
    this.timers = timers;
    this.wish = wish;
    this.listener = listener;
    this.nanoClock = nanoClock;
    this.cluster = Cluster.get(context.getSystem());
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.answers = context.messageAdapter(Standing.class, Answered::new);
    this.seeds =
        wish.seeds().stream().map(seed -> new SeedAddresses.Seed(seed, List.of(seed))).toList();
    this.formation = new Formation(standing(""), wish.seeds(), nanoClock.getAsLong());
  }

  /** The behavior; to be started once, as a system actor with {@link FormationProtocol}'s name. */
  public static Behavior<Hello> create(Wish wish, Listener listener, LongSupplier nanoClock) {
    Behavior<Message> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new ClusterFormation(context, timers, wish, listener, nanoClock).start()));
    return Behaviors.transformMessages(
        Hello.class, behavior, match -> match.match(Hello.class, Request::new));
  }

  private Behavior<Message> start() {
    resolve();
    if (wish.seeds().isEmpty()) {
      act(new Formation.Decision.Begin());
    }
    timers.startTimerWithFixedDelay(new Tick(), ASK);
    return Behaviors.receiveMessage(this::onMessage);
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case Request request -> onHello(request.hello());
      case Answered answer -> heard(answer.standing());
      case Tick tick -> onTick();
      case Resolved resolved -> seeds = resolved.seeds();
      case Explained explained -> reasons = explained.reasons();
    }
    return Behaviors.same();
  }

  private void onHello(Hello hello) {
    if (isLeaving()) {
      return;
    }
    heard(hello.sender());
    hello.replyTo().tell(standing());
  }

  private void heard(Standing standing) {
    if (standing.address().equals(selfAddress())) {
      return;
    }
    long now = nanoClock.getAsLong();
    if (seeds.stream().anyMatch(seed -> seed.addresses().contains(standing.address()))) {
      answered.add(standing.address());
    }
    formation.heard(standing, now);
    if (isInside()) {
      rivals.seen(standing(), standing).ifPresent(this::giveWay);
    } else {
      decide(now);
    }
  }

  private void onTick() {
    long now = nanoClock.getAsLong();
    if (now - resolvedNanos >= RESOLVE_EVERY.toNanos()) {
      resolve();
    }
    if (isLeaving()) {
      timers.cancelAll();
    } else if (isInside()) {
      timers.startTimerWithFixedDelay(new Tick(), LOOK_OUT);
      ask();
    } else {
      ask();
      decide(now);
    }
  }

  private void decide(long now) {
    if (over) {
      return;
    }
    formation.seedsAre(seeds.stream().map(this::known).toList());
    Formation.Decision decision = formation.decide(now);
    boolean again = now - lastNanos >= JOIN_AGAIN.toNanos();
    if (decision instanceof Formation.Decision.Wait) {
      listener.waitsFor(formation.waitsFor(now, reasons));
    } else if (again || !decision.equals(last)) {
      last = decision;
      lastNanos = now;
      act(decision);
    }
  }

  private void act(Formation.Decision decision) {
    switch (decision) {
      case Formation.Decision.Begin begin -> {
        LOG.info("this process begins the cluster '{}'", wish.clusterName());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
      }
      case Formation.Decision.Join join -> {
        LOG.info("joining the cluster of {}", join.inside());
        cluster
            .manager()
            .tell(new JoinSeedNodes(join.inside().stream().map(this::addressOf).toList()));
      }
      case Formation.Decision.Refuse refuse -> {
        over = true;
        listener.refused(refuse.line());
      }
      case Formation.Decision.Wait nothing -> {}
    }
  }

  private void giveWay(String line) {
    if (!over) {
      over = true;
      listener.givesWay(line);
    }
  }

  private String known(SeedAddresses.Seed seed) {
    return seed.addresses().contains(selfAddress()) ? selfAddress() : seed.known(answered);
  }

  /** Asks seeds that are not members of this process's cluster. */
  private void ask() {
    Set<String> members = memberAddresses();
    Hello hello = new Hello(standing(), answers);
    for (SeedAddresses.Seed seed : seeds) {
      boolean known = seed.addresses().stream().anyMatch(members::contains);
      if (!known && !seed.addresses().contains(selfAddress())) {
        for (String address : seed.addresses()) {
          context
              .getSystem()
              .classicSystem()
              .actorSelection(pathAt(address))
              .tell(hello, org.apache.pekko.actor.ActorRef.noSender());
        }
      }
    }
  }

  private void resolve() {
    resolvedNanos = nanoClock.getAsLong();
    List<String> given = wish.seeds();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> SeedAddresses.resolve(given), blocking),
        (resolved, failure) -> new Resolved(failure == null ? resolved : seeds));
    List<String> silent = formation.silent(resolvedNanos);
    if (!isInside() && !silent.isEmpty()) {
      context.pipeToSelf(
          CompletableFuture.supplyAsync(() -> SeedAddresses.reasons(silent), blocking),
          (explained, failure) -> new Explained(failure == null ? explained : Map.of()));
    }
  }

  private Standing standing() {
    return standing(formation.supports(nanoClock.getAsLong()));
  }

  private Standing standing(String supports) {
    List<String> members = new ArrayList<>();
    for (Member member : cluster.state().getMembers()) {
      members.add(hostPort(member.address()) + "#" + member.uniqueAddress().longUid());
    }
    members.sort(null);
    return new Standing(
        selfAddress(),
        cluster.selfMember().uniqueAddress().longUid(),
        wish.clusterName(),
        wish.protocolVersion(),
        supports,
        members);
  }

  private Set<String> memberAddresses() {
    Set<String> addresses = new HashSet<>();
    cluster.state().getMembers().forEach(member -> addresses.add(hostPort(member.address())));
    return addresses;
  }

  private boolean isInside() {
    return cluster.state().getMembers().iterator().hasNext();
  }

  private boolean isLeaving() {
    return CoordinatedShutdown.get(context.getSystem()).getShutdownReason().isPresent()
        || cluster.isTerminated();
  }

  private String selfAddress() {
    return hostPort(cluster.selfMember().address());
  }

  private static String hostPort(Address address) {
    return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
  }

  private Address addressOf(String hostPort) {
    return AddressFromURIString.parse("pekko://" + context.getSystem().name() + "@" + hostPort);
  }

  private String pathAt(String hostPort) {
    return addressOf(hostPort) + "/system/" + FormationProtocol.ACTOR_NAME;
  }
}
