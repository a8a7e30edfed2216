package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happened to inference requests on this gateway, per model version, as the statistics
 * extension reports it.
 *
 * <p>A run of a batch is seen once by each request in it. So each request counts for {@code 1 /
 * batchRequests} of a run, and of the run's compute time; over a batch that adds up to one.
 * Requests of other gateways in the same batch are counted there.
 *
 * <p>Bounded: at most {@code maxVersions} model versions, the one longest without a request making
 * room; at most {@link #MAX_BATCH_SIZES} distinct batch sizes each, further ones counted in the
 * totals only. Thread-safe; recording takes no lock once a version is known.
 */
public final class InferenceStatistics {
  /** Distinct batch sizes kept per model version. */
  public static final int MAX_BATCH_SIZES = 256;

  private final int maxVersions;
  private final InstantSource clock;
  private final Map<ModelVersionId, Counters> versions = new ConcurrentHashMap<>();

  /**
   * @param maxVersions model versions remembered at the same time
   */
  public InferenceStatistics(int maxVersions, InstantSource clock) {
    if (maxVersions < 1) {
      throw new IllegalArgumentException("maxVersions: " + maxVersions + " (expected: >= 1)");
    }
    this.maxVersions = maxVersions;
    this.clock = clock;
  }

  /**
   * An answered request.
   *
   * @param rows of this request alone; 1 if the signature has no rows
   * @param timings from the replica
   * @param totalNanos from the request's arrival to its encoded answer
   * @param decodeNanos turning the body into tensors
   * @param encodeNanos turning tensors into the body
   */
  public void succeeded(
      ModelVersionId version,
      long rows,
      Timings timings,
      long totalNanos,
      long decodeNanos,
      long encodeNanos) {
    Counters counters = seen(version);
    double share = 1.0 / Math.max(1, timings.batchRequests());
    counters.lastInferenceMillis = counters.lastSeenMillis;
    counters.inferences.add(rows);
    counters.runs.add(share);
    counters.success.add(totalNanos);
    counters.queue.add(timings.queueNanos());
    counters.computeInput.add(decodeNanos);
    counters.computeInfer.add(timings.computeNanos());
    counters.computeOutput.add(encodeNanos);
    BatchCounters batch = counters.batch(Math.max(1, timings.batchRows()));
    if (batch != null) {
      batch.runs.add(share);
      batch.inputNanos.add(decodeNanos);
      batch.inferNanos.add(share * timings.computeNanos());
      batch.outputNanos.add(encodeNanos);
    }
  }

  /**
   * A request that reached the model's queue or beyond and was not answered.
   *
   * @param totalNanos from its arrival to the failure
   */
  public void failed(ModelVersionId version, long totalNanos) {
    seen(version).fail.add(totalNanos);
  }

  /** What is counted so far; all zero for a version nobody asked yet. */
  public VersionStatistics snapshot(ModelVersionId version) {
    Counters counters = versions.get(version);
    return (counters == null ? new Counters() : counters).snapshot();
  }

  /** Model versions remembered now. */
  int size() {
    return versions.size();
  }

  /** How often something happened and how long it took in sum. */
  public record StatisticDuration(long count, long nanos) {}

  /**
   * @param rows in the batch
   * @param runs of a batch of that size
   */
  public record BatchStatistics(
      int rows, long runs, long inputNanos, long inferNanos, long outputNanos) {}

  /**
   * @param lastInferenceMillis since the epoch; 0 before the first
   * @param inferenceCount rows answered
   * @param executionCount runs of the model
   * @param batches ascending by rows
   */
  public record VersionStatistics(
      long lastInferenceMillis,
      long inferenceCount,
      long executionCount,
      StatisticDuration success,
      StatisticDuration fail,
      StatisticDuration queue,
      StatisticDuration computeInput,
      StatisticDuration computeInfer,
      StatisticDuration computeOutput,
      List<BatchStatistics> batches) {}

  private Counters seen(ModelVersionId version) {
    Counters counters = counters(version);
    counters.lastSeenMillis = clock.millis();
    return counters;
  }

  private Counters counters(ModelVersionId version) {
    Counters known = versions.get(version);
    if (known != null) {
      return known;
    }
    synchronized (versions) {
      while (versions.size() >= maxVersions && !versions.containsKey(version)) {
        versions.entrySet().stream()
            .min(
                Comparator.comparingLong(
                    (Map.Entry<ModelVersionId, Counters> e) -> e.getValue().lastSeenMillis))
            .ifPresent(oldest -> versions.remove(oldest.getKey()));
      }
      return versions.computeIfAbsent(version, id -> new Counters());
    }
  }

  private static final class DurationCounter {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long duration) {
      count.increment();
      nanos.add(duration);
    }

    StatisticDuration snapshot() {
      return new StatisticDuration(count.sum(), nanos.sum());
    }
  }

  private static final class BatchCounters {
    private final DoubleAdder runs = new DoubleAdder();
    private final LongAdder inputNanos = new LongAdder();
    private final DoubleAdder inferNanos = new DoubleAdder();
    private final LongAdder outputNanos = new LongAdder();

    BatchStatistics snapshot(int rows) {
      return new BatchStatistics(
          rows,
          Math.round(runs.sum()),
          inputNanos.sum(),
          Math.round(inferNanos.sum()),
          outputNanos.sum());
    }
  }

  private static final class Counters {
    private final LongAdder inferences = new LongAdder();
    private final DoubleAdder runs = new DoubleAdder();
    private final DurationCounter success = new DurationCounter();
    private final DurationCounter fail = new DurationCounter();
    private final DurationCounter queue = new DurationCounter();
    private final DurationCounter computeInput = new DurationCounter();
    private final DurationCounter computeInfer = new DurationCounter();
    private final DurationCounter computeOutput = new DurationCounter();
    private final Map<Integer, BatchCounters> batches = new ConcurrentHashMap<>();
    private volatile long lastInferenceMillis;
    private volatile long lastSeenMillis;

    /** Null once there are too many sizes and this is a new one. */
    @Nullable BatchCounters batch(int rows) {
      BatchCounters known = batches.get(rows);
      if (known != null) {
        return known;
      }
      synchronized (batches) {
        return batches.size() < MAX_BATCH_SIZES
            ? batches.computeIfAbsent(rows, size -> new BatchCounters())
            : batches.get(rows);
      }
    }

    VersionStatistics snapshot() {
      return new VersionStatistics(
          lastInferenceMillis,
          inferences.sum(),
          Math.round(runs.sum()),
          success.snapshot(),
          fail.snapshot(),
          queue.snapshot(),
          computeInput.snapshot(),
          computeInfer.snapshot(),
          computeOutput.snapshot(),
          batches.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(entry -> entry.getValue().snapshot(entry.getKey()))
              .toList());
    }
  }
}
