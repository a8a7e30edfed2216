package io.dunlin.shared.replicated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import scala.Option;

/**
 * One replicated map from text keys to values of one type, as an actor in every process.
 *
 * <p>The map is cut into {@link #BUCKETS} Distributed Data entries by key, because an entry travels
 * as one message and a message has at most one Artery frame (256 KiB). Writers put whole values;
 * which of two values of a key stays is said by {@link WriteOrder}. Subscribers get the whole table
 * as an immutable map, first at once and then after each change, for as long as they live.
 *
 * <pre>
 * running: Put, Remove -> replicator, reply when written    Changed -> new snapshot to subscribers
 *          Load -> one majority read a bucket, reply when all are there
 *          a subscriber ended -> it is forgotten
 * </pre>
 */
public final class ReplicatedTable<V> {
  /** How many Distributed Data entries hold one table. */
  public static final int BUCKETS = 16;

  /** What the table's actor understands. */
  public sealed interface Message<V> {}

  /** Stores a value; the reply tells whether the other processes have it. */
  public record Put<V>(String key, V value, ActorRef<Written> replyTo) implements Message<V> {}

  /** Takes a value away. */
  public record Remove<V>(String key, ActorRef<Written> replyTo) implements Message<V> {}

  /** Asks for every snapshot from now on. */
  public record Subscribe<V>(ActorRef<Snapshot<V>> subscriber) implements Message<V> {}

  /** Asks for the table as a majority of the processes has it. */
  public record Load<V>(Duration timeout, ActorRef<Loaded<V>> replyTo) implements Message<V> {}

  private record Read<V>(
      Replicator.GetResponse<LWWMap<String, V>> response, int bucket, Reading<V> reading)
      implements Message<V> {}

  private record SubscriberEnded<V>(ActorRef<Snapshot<V>> subscriber) implements Message<V> {}

  private record Changed<V>(int bucket, Map<String, V> entries) implements Message<V> {}

  private record Updated<V>(
      Replicator.UpdateResponse<LWWMap<String, V>> response,
      String key,
      boolean superseded,
      ActorRef<Written> replyTo)
      implements Message<V> {}

  private record Ignored<V>() implements Message<V> {}

  /**
   * The outcome of a write.
   *
   * @param confirmed whether as many processes as asked for have stored it; false says that this
   *     was not confirmed in time (it is stored here and spreads by gossip), or that a newer value
   *     was there and stays
   */
  public record Written(String key, boolean confirmed) {}

  /**
   * The answer to {@link Load}.
   *
   * @param complete whether every part was read from a majority; if not there are no entries
   */
  public record Loaded<V>(Map<String, V> entries, boolean complete) {}

  /** One {@link Load} under way: the buckets read so far. */
  private static final class Reading<V> {
    private final ActorRef<Loaded<V>> replyTo;
    private final Map<String, V> entries = new HashMap<>();
    private int left = BUCKETS;
    private boolean failed;

    Reading(ActorRef<Loaded<V>> replyTo) {
      this.replyTo = replyTo;
    }
  }

  /** The table at some moment. */
  public record Snapshot<V>(Map<String, V> entries) {}

  private final ActorContext<Message<V>> context;
  private final ReplicatorMessageAdapter<Message<V>, LWWMap<String, V>> replicator;
  private final SelfUniqueAddress self;
  private final Replicator.WriteConsistency consistency;
  private final WriteOrder<V> order;
  private final WriteDoubts doubts;
  private final List<Key<LWWMap<String, V>>> keys = new ArrayList<>();
  private final List<Map<String, V>> buckets = new ArrayList<>();
  private final List<ActorRef<Snapshot<V>>> subscribers = new ArrayList<>();

  private ReplicatedTable(
      ActorContext<Message<V>> context,
      ReplicatorMessageAdapter<Message<V>, LWWMap<String, V>> replicator,
      String name,
      Replicator.WriteConsistency consistency,
      WriteOrder<V> order) {
    this.context = context;
    this.order = order;
    this.doubts = new WriteDoubts(name);
    this.replicator = replicator;
    this.self = DistributedData.get(context.getSystem()).selfUniqueAddress();
    this.consistency = consistency;
    for (int i = 0; i < BUCKETS; i++) {
      Key<LWWMap<String, V>> key = LWWMapKey.create(name + "-" + i);
      keys.add(key);
      buckets.add(Map.of());
      // one adapter serves all keys: adapters are told apart by message class alone
      replicator.subscribe(key, this::onReplicator);
    }
  }

  /**
   * @param name of the table; keys named {@code name-*} can be made durable
   * @param consistency how many processes must confirm a write
   * @param order which of two values stays; the same in all processes
   */
  public static <V> Behavior<Message<V>> create(
      String name, Replicator.WriteConsistency consistency, WriteOrder<V> order) {
    return Behaviors.setup(
        context ->
            DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Message<V>, LWWMap<String, V>> replicator) ->
                    new ReplicatedTable<>(context, replicator, name, consistency, order)
                        .running()));
  }

  /** Every reachable process must have it, or the time passes. */
  public static Replicator.WriteConsistency everywhere(Duration timeout) {
    return new Replicator.WriteAll(timeout);
  }

  /** More than half of the processes must have it. */
  public static Replicator.WriteConsistency majority(Duration timeout) {
    return new Replicator.WriteMajority(timeout, 1);
  }

  private Behavior<Message<V>> running() {
    return Behaviors.receiveMessage(this::onMessage);
  }

  private Behavior<Message<V>> onMessage(Message<V> message) {
    switch (message) {
      case Put<V> put -> put(put);
      case Remove<V> remove -> remove(remove);
      case Subscribe<V> subscribe -> onSubscribe(subscribe.subscriber());
      case Load<V> load -> onLoad(load);
      case Read<V> read -> onRead(read);
      case SubscriberEnded<V> gone -> subscribers.remove(gone.subscriber());
      case Changed<V> changed -> onChanged(changed);
      case Updated<V> updated -> onUpdated(updated);
      case Ignored<V> ignored -> {}
    }
    return Behaviors.same();
  }

  private void put(Put<V> put) {
    AtomicBoolean kept = new AtomicBoolean();
    update(
        put.key(),
        map -> {
          Option<V> present = map.get(put.key());
          kept.set(present.isDefined() && order.keeps(present.get(), put.value()));
          return kept.get() ? map : map.put(self, put.key(), put.value(), order::stamp);
        },
        response -> new Updated<>(response, put.key(), kept.get(), put.replyTo()));
  }

  private void remove(Remove<V> remove) {
    update(
        remove.key(),
        map -> map.remove(self, remove.key()),
        response -> new Updated<>(response, remove.key(), false, remove.replyTo()));
  }

  private void update(
      String key,
      UnaryOperator<LWWMap<String, V>> change,
      Function<Replicator.UpdateResponse<LWWMap<String, V>>, Message<V>> done) {
    Key<LWWMap<String, V>> bucket = keys.get(bucketOf(key));
    replicator.askUpdate(
        replyTo ->
            new Replicator.Update<>(bucket, LWWMap.create(), consistency, replyTo, change::apply),
        done::apply);
  }

  private Message<V> onReplicator(Replicator.SubscribeResponse<LWWMap<String, V>> response) {
    if (response instanceof Replicator.Changed<LWWMap<String, V>> changed) {
      int bucket = keys.indexOf(changed.key());
      return new Changed<>(bucket, Map.copyOf(changed.get(keys.get(bucket)).getEntries()));
    }
    return new Ignored<>();
  }

  private void onLoad(Load<V> load) {
    Reading<V> reading = new Reading<>(load.replyTo());
    for (int i = 0; i < BUCKETS; i++) {
      int bucket = i;
      replicator.askGet(
          askReplyTo ->
              new Replicator.Get<>(
                  keys.get(bucket), new Replicator.ReadMajority(load.timeout(), 1), askReplyTo),
          response -> new Read<>(response, bucket, reading));
    }
  }

  private void onRead(Read<V> read) {
    Reading<V> reading = read.reading();
    reading.left--;
    if (read.response() instanceof Replicator.GetSuccess<LWWMap<String, V>> found) {
      reading.entries.putAll(found.get(keys.get(read.bucket())).getEntries());
    } else if (!(read.response() instanceof Replicator.NotFound)) {
      reading.failed = true;
    }
    if (reading.left == 0) {
      Map<String, V> entries = reading.failed ? Map.of() : Map.copyOf(reading.entries);
      reading.replyTo.tell(new Loaded<>(entries, !reading.failed));
    }
  }

  private void onSubscribe(ActorRef<Snapshot<V>> subscriber) {
    context.watchWith(subscriber, new SubscriberEnded<>(subscriber));
    subscribers.add(subscriber);
    subscriber.tell(snapshot());
  }

  private void onChanged(Changed<V> changed) {
    buckets.set(changed.bucket(), changed.entries());
    Snapshot<V> snapshot = snapshot();
    subscribers.forEach(subscriber -> subscriber.tell(snapshot));
  }

  private void onUpdated(Updated<V> updated) {
    boolean confirmed = updated.response() instanceof Replicator.UpdateSuccess;
    if (confirmed) {
      doubts.confirmed().ifPresent(line -> context.getLog().info(line));
    } else {
      doubts
          .unconfirmed(updated.key(), reason(updated.response()))
          .ifPresent(line -> context.getLog().warn(line));
    }
    if (updated.superseded()) {
      context.getLog().warn("{} is not written: a newer one is there", updated.key());
    }
    updated.replyTo().tell(new Written(updated.key(), confirmed && !updated.superseded()));
  }

  private static String reason(Replicator.UpdateResponse<?> response) {
    if (response instanceof Replicator.StoreFailure) {
      return "this process's disk did not take it";
    }
    return response instanceof Replicator.UpdateTimeout
        ? "not enough members answered in time"
        : response.toString();
  }

  private Snapshot<V> snapshot() {
    Map<String, V> all = new HashMap<>();
    buckets.forEach(all::putAll);
    return new Snapshot<>(Map.copyOf(all));
  }

  private static int bucketOf(String key) {
    return Math.floorMod(key.hashCode(), BUCKETS);
  }
}
