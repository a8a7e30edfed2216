package io.dunlin.node.replica;

import io.dunlin.node.capacity.Lease;
import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.capacity.MemoryEstimate;
import io.dunlin.node.capacity.MemoryGauge;
import io.dunlin.node.capacity.MemoryLedger;
import io.dunlin.node.capacity.Reservation;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The memory of a node's replicas, from the reservation before the load to the release after the
 * unload.
 *
 * <p>What a load takes is the growth of what the process holds, so it can be told only where nobody
 * else grows or shrinks meanwhile. A version that was never measured here therefore loads while no
 * other loads; versions whose size is known load side by side. An unload is not kept waiting: it
 * makes the measurement under way void, and that version counts, until its next load, as what its
 * runtime knows to hold at least. Requests of replicas that serve meanwhile are not told apart;
 * what they hold for a moment is small beside a model, and so is what the JVM's compiler allocates.
 */
public final class ReplicaMemory {
  private final MemoryLedger ledger;
  private final MemoryGauge gauge;
  private final ReentrantReadWriteLock loads = new ReentrantReadWriteLock(true);
  private final AtomicLong unloadsBegun = new AtomicLong();
  private final AtomicLong unloadsEnded = new AtomicLong();

  public ReplicaMemory(MemoryLedger ledger, MemoryGauge gauge) {
    this.ledger = ledger;
    this.gauge = gauge;
  }

  /** Waits until the version may load; to be closed by the same thread when it has warmed up. */
  Turn begin(ModelVersionId version) {
    Optional<MemoryDemand> known = ledger.remembered(version);
    if (known.isPresent()) {
      loads.readLock().lock();
      return new Turn(loads.readLock(), known);
    }
    loads.writeLock().lock();
    return new Turn(loads.writeLock(), ledger.remembered(version));
  }

  /**
   * Corrects a lease to what was measured.
   *
   * @return bytes the node has too little; 0 when it has enough
   */
  long correct(Lease lease, Measurement measurement) {
    return measurement.trusted()
        ? ledger.measured(lease, measurement.deviceBytes(), measurement.hostBytes())
        : ledger.corrected(
            lease,
            new MemoryDemand(
                measurement.deviceBytes(), measurement.hostBytes(), MemoryBasis.ESTIMATED));
  }

  /** Frees what a lease stands for, then gives the lease back; whatever the freeing throws. */
  void free(Lease lease, Runnable freeing) {
    unloadsBegun.incrementAndGet();
    try {
      freeing.run();
    } finally {
      unloadsEnded.incrementAndGet();
      ledger.release(lease);
    }
  }

  /**
   * What a model was seen to hold.
   *
   * @param trusted whether nothing was unloaded meanwhile
   */
  record Measurement(long deviceBytes, long hostBytes, boolean trusted) {}

  /** One load's time alone, or beside others of known size. */
  final class Turn implements AutoCloseable {
    private final Lock held;
    private final Optional<MemoryDemand> known;
    private long endedBefore;
    private MemoryGauge.Reading before = new MemoryGauge.Reading(0, 0);

    private Turn(Lock held, Optional<MemoryDemand> known) {
      this.held = held;
      this.known = known;
    }

    /**
     * Asks for the memory.
     *
     * @param artifactBytes size of the version's files
     */
    Reservation reserve(ReplicaId replica, OptionalLong declaredBytes, long artifactBytes) {
      Reservation answer =
          ledger.reserve(replica, MemoryEstimate.of(declaredBytes, known, artifactBytes));
      if (answer instanceof Reservation.Granted && known.isEmpty()) {
        endedBefore = unloadsEnded.get();
        before = gauge.read();
      }
      return answer;
    }

    /** What the model holds, now that it has warmed up; may wait for a reading. */
    Measurement measure(LoadedModel model) {
      long leastBytes = model.memoryBytes();
      if (known.isPresent()) {
        MemoryDemand seen = known.get();
        return new Measurement(Math.max(leastBytes, seen.deviceBytes()), seen.hostBytes(), true);
      }
      MemoryGauge.Reading after = gauge.read();
      return new Measurement(
          Math.max(leastBytes, after.deviceBytes() - before.deviceBytes()),
          Math.max(0, after.hostBytes() - before.hostBytes()),
          // Every unload that ever began had ended before the first reading.
          unloadsBegun.get() == endedBefore);
    }

    @Override
    public void close() {
      held.unlock();
    }
  }
}
