package io.dunlin.node.capacity;

import io.dunlin.node.capacity.LedgerSnapshot.Account;
import io.dunlin.node.capacity.LedgerSnapshot.Held;
import io.dunlin.node.capacity.Reservation.Shortage;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has how much of a node's memory: one account for its device, and on a GPU node one for host
 * memory. Reserve before a load, correct after the measurement, release after the unload.
 *
 * <p>It refuses what does not fit instead of letting it run out, and remembers for each model
 * version what was measured last, for the next load. Thread-safe: each method takes the ledger's
 * own lock for a few map operations and calls nothing outside.
 */
public final class MemoryLedger {
  private final Object lock = new Object();
  private final String deviceName;
  private final long deviceTotalBytes;
  private final boolean hasHostAccount;
  private final long hostTotalBytes;
  private final Map<Long, Held> leases = new HashMap<>();
  private final Map<ModelVersionId, MemoryDemand> measured;
  private long deviceReservedBytes;
  private long hostReservedBytes;
  private long nextLease = 1;

  private MemoryLedger(
      String deviceName,
      long deviceTotalBytes,
      boolean hasHostAccount,
      long hostTotalBytes,
      int rememberedVersions) {
    require("deviceTotalBytes", deviceTotalBytes);
    require("hostTotalBytes", hostTotalBytes);
    if (rememberedVersions < 1) {
      throw new IllegalArgumentException(
          "rememberedVersions: " + rememberedVersions + " (expected: >= 1)");
    }
    this.deviceName = deviceName;
    this.deviceTotalBytes = deviceTotalBytes;
    this.hasHostAccount = hasHostAccount;
    this.hostTotalBytes = hostTotalBytes;
    this.measured = new LeastRecentlyMeasured(rememberedVersions);
  }

  /** The ledger of a CPU node, whose device is host memory: one account. */
  public static MemoryLedger ofCpu(long totalBytes, int rememberedVersions) {
    return new MemoryLedger("cpu", totalBytes, false, 0, rememberedVersions);
  }

  /**
   * The ledger of a GPU node: one account for the GPU's memory, one for host memory.
   *
   * @param name such as {@code gpu:0}
   * @param rememberedVersions model versions whose measurements are kept; the one measured longest
   *     ago is forgotten first
   */
  public static MemoryLedger ofGpu(
      String name, long deviceTotalBytes, long hostTotalBytes, int rememberedVersions) {
    return new MemoryLedger(name, deviceTotalBytes, true, hostTotalBytes, rememberedVersions);
  }

  /**
   * Reserves memory for a replica that is about to load. A replica may hold several leases: an
   * abandoned load keeps its own until what it loaded is really gone, which may be after the next
   * load began.
   */
  public Reservation reserve(ReplicaId replica, MemoryDemand asked) {
    MemoryDemand demand = counted(asked);
    synchronized (lock) {
      List<Shortage> shortages = shortages(demand);
      if (!shortages.isEmpty()) {
        return new Reservation.Refused(replica, shortages);
      }
      Lease lease = new Lease(nextLease++, replica);
      leases.put(lease.id(), new Held(replica, demand));
      add(demand, 1);
      return new Reservation.Granted(lease);
    }
  }

  /**
   * Gives memory back.
   *
   * @throws IllegalStateException when the lease was released before, or is another ledger's
   */
  public void release(Lease lease) {
    synchronized (lock) {
      Held held = held(lease);
      leases.remove(lease.id());
      add(held.memory(), -1);
    }
  }

  /**
   * Corrects a lease to what was measured, and remembers that for the version's next load. The
   * memory is in use already, so this is never refused.
   *
   * @return the bytes by which the device or the host is over-committed now; 0 when it is not
   * @throws IllegalStateException when the lease is not held
   */
  public long measured(Lease lease, long deviceBytes, long hostBytes) {
    MemoryDemand now = counted(new MemoryDemand(deviceBytes, hostBytes, MemoryBasis.MEASURED));
    synchronized (lock) {
      correct(lease, now);
      measured.put(lease.holder().version(), now);
      return overCommitted();
    }
  }

  /**
   * Corrects a lease to what is known to be in use at least, where a measurement cannot be trusted;
   * the version's next load is not to go by it.
   *
   * @return as {@link #measured}
   * @throws IllegalStateException when the lease is not held
   */
  public long corrected(Lease lease, MemoryDemand demand) {
    synchronized (lock) {
      correct(lease, counted(demand));
      return overCommitted();
    }
  }

  /** What the version was measured to hold when it was last loaded here. */
  public Optional<MemoryDemand> remembered(ModelVersionId version) {
    synchronized (lock) {
      return Optional.ofNullable(measured.get(version));
    }
  }

  public LedgerSnapshot snapshot() {
    synchronized (lock) {
      List<Held> held = new ArrayList<>(leases.values());
      held.sort(Comparator.comparing(Held::replica));
      return new LedgerSnapshot(
          new Account(deviceName, deviceTotalBytes, deviceReservedBytes),
          new Account("host", hostTotalBytes, hostReservedBytes),
          Collections.unmodifiableList(held),
          Collections.unmodifiableMap(new LinkedHashMap<>(measured)));
    }
  }

  /** Without host bytes where there is no account for them. */
  private MemoryDemand counted(MemoryDemand demand) {
    return hasHostAccount ? demand : new MemoryDemand(demand.deviceBytes(), 0, demand.basis());
  }

  private void correct(Lease lease, MemoryDemand now) {
    Held held = held(lease);
    add(held.memory(), -1);
    add(now, 1);
    leases.put(lease.id(), new Held(held.replica(), now));
  }

  private long overCommitted() {
    long overDevice = deviceReservedBytes - deviceTotalBytes;
    long overHost = hasHostAccount ? hostReservedBytes - hostTotalBytes : 0;
    return Math.max(0, Math.max(overDevice, overHost));
  }

  private List<Shortage> shortages(MemoryDemand demand) {
    List<Shortage> shortages = new ArrayList<>(2);
    long deviceFree = deviceTotalBytes - deviceReservedBytes;
    if (demand.deviceBytes() > deviceFree) {
      shortages.add(new Shortage(deviceName, demand.deviceBytes(), deviceFree, deviceTotalBytes));
    }
    long hostFree = hostTotalBytes - hostReservedBytes;
    if (hasHostAccount && demand.hostBytes() > hostFree) {
      shortages.add(new Shortage("host memory", demand.hostBytes(), hostFree, hostTotalBytes));
    }
    return List.copyOf(shortages);
  }

  private Held held(Lease lease) {
    @Nullable Held held = leases.get(lease.id());
    if (held == null || !held.replica().equals(lease.holder())) {
      throw new IllegalStateException(
          "lease: " + lease.id() + " of " + lease.holder() + " (expected: held, not yet released)");
    }
    return held;
  }

  private void add(MemoryDemand demand, int sign) {
    deviceReservedBytes += sign * demand.deviceBytes();
    hostReservedBytes += sign * demand.hostBytes();
  }

  private static void require(String name, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(name + ": " + bytes + " (expected: >= 0)");
    }
  }

  /** Forgets the version measured longest ago when there are too many. */
  private static final class LeastRecentlyMeasured
      extends LinkedHashMap<ModelVersionId, MemoryDemand> {
    private static final long serialVersionUID = 1L;

    private final int capacity;

    LeastRecentlyMeasured(int capacity) {
      this.capacity = capacity;
    }

    @Override
    public MemoryDemand put(ModelVersionId version, MemoryDemand demand) {
      remove(version);
      return super.put(version, demand);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ModelVersionId, MemoryDemand> eldest) {
      return size() > capacity;
    }
  }
}
