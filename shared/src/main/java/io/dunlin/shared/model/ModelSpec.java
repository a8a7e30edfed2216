package io.dunlin.shared.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a user wants of a model: the content of {@code model.yaml} and of {@code PUT
 * /admin/v1/models/{m}}. Everything but {@code source} has a default.
 *
 * @param name the model's name
 * @param source the folder that holds the integer version folders
 * @param versionPolicy which of the versions found are served
 * @param replicas how many copies of each served version
 * @param device where it may run
 * @param memoryBytes declared bytes of one replica; empty to let the ledger measure
 * @param batching how requests are put together
 * @param queue bounds of each replica's queue
 * @param timeout the deadline of a request that names none
 * @param warmup whether and how often each signature is run before READY
 * @param placement constraints beyond memory and device
 * @param priority among models, 0 (most urgent) to 7, default 3
 * @param threading threads TensorFlow may use for this model
 * @param failover what a gateway may do when an answer is lost or late
 */
public record ModelSpec(
    String name,
    String source,
    VersionPolicy versionPolicy,
    Replicas replicas,
    DeviceKind device,
    OptionalLong memoryBytes,
    Batching batching,
    Queue queue,
    Duration timeout,
    Warmup warmup,
    Placement placement,
    int priority,
    Threading threading,
    Failover failover) {

  /** The deadline of a request that names none, to a model that names none. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  public ModelSpec {
    if (failover == null) {
      // a spec written by a process that knew no such field
      failover = Failover.DEFAULT;
    }
  }

  /** A spec with the default failover. */
  public ModelSpec(
      String name,
      String source,
      VersionPolicy versionPolicy,
      Replicas replicas,
      DeviceKind device,
      OptionalLong memoryBytes,
      Batching batching,
      Queue queue,
      Duration timeout,
      Warmup warmup,
      Placement placement,
      int priority,
      Threading threading) {
    this(
        name,
        source,
        versionPolicy,
        replicas,
        device,
        memoryBytes,
        batching,
        queue,
        timeout,
        warmup,
        placement,
        priority,
        threading,
        Failover.DEFAULT);
  }

  /** A spec with every default. */
  public static ModelSpec of(String name, String source) {
    return new ModelSpec(
        name,
        source,
        new VersionPolicy.Latest(1),
        new Replicas(1, 1),
        DeviceKind.ANY,
        OptionalLong.empty(),
        Batching.DEFAULT,
        Queue.DEFAULT,
        DEFAULT_TIMEOUT,
        Warmup.DEFAULT,
        Placement.NONE,
        3,
        Threading.DEFAULT);
  }

  /** Which versions in the source are served. */
  public sealed interface VersionPolicy {
    /** The {@code count} highest. */
    record Latest(int count) implements VersionPolicy {}

    /** Every one. */
    record All() implements VersionPolicy {}

    /** Exactly these. */
    record Specific(List<Long> versions) implements VersionPolicy {}
  }

  /** How many replicas of each served version: {@code min} always, up to {@code max} under load. */
  public record Replicas(int min, int max) {}

  /** The device a model asks for. */
  public enum DeviceKind {
    CPU,
    GPU,
    /** Whichever fits best. */
    ANY
  }

  /**
   * @param enabled false runs each request on its own
   * @param maxBatchSize most rows in one run
   * @param maxQueueDelay how long a free lane waits for more rows; zero takes what is there
   * @param allowedBatchSizes rows a run may have, ascending; a batch is padded up to the next one;
   *     empty for any number
   */
  public record Batching(
      boolean enabled, int maxBatchSize, Duration maxQueueDelay, List<Integer> allowedBatchSizes) {
    public static final Batching DEFAULT = new Batching(true, 64, Duration.ZERO, List.of());
  }

  /** Bounds of a replica's queue, in rows and in bytes of input. */
  public record Queue(int maxRows, long maxBytes) {
    public static final Queue DEFAULT = new Queue(4096, 256L << 20);
  }

  /** Runs of each signature with zero-filled inputs (rows 1 and maxBatchSize) before READY. */
  public record Warmup(boolean enabled, int runs) {
    public static final Warmup DEFAULT = new Warmup(true, 1);
  }

  /**
   * @param zones allowed zones; empty for any
   * @param labels labels a node must carry
   * @param spread whether no two replicas of a version may lie on one node; else it is only
   *     preferred
   */
  public record Placement(List<String> zones, Map<String, String> labels, boolean spread) {
    public static final Placement NONE = new Placement(List.of(), Map.of(), true);
  }

  /**
   * @param lanes batches of one replica that may run at the same time
   * @param intraOp threads inside one op; 0 lets TensorFlow choose
   * @param inlineOps whether ops run in the calling thread (inter-op pool -1), faster for small
   *     graphs
   */
  public record Threading(int lanes, int intraOp, boolean inlineOps) {
    public static final Threading DEFAULT = new Threading(1, 0, true);
  }

  /**
   * The keys {@code idempotent} and {@code hedging} of a document.
   *
   * @param idempotent whether running a request twice does no harm; false keeps a gateway from
   *     asking another replica once one may have begun
   * @param hedging whether a gateway asks a second replica when an answer takes longer than 95 % of
   *     this model's do; without effect where {@code idempotent} is false
   */
  public record Failover(boolean idempotent, boolean hedging) {
    public static final Failover DEFAULT = new Failover(true, false);
  }
}
