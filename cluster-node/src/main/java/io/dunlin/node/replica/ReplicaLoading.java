package io.dunlin.node.replica;

import io.dunlin.node.capacity.Lease;
import io.dunlin.node.capacity.Reservation;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.model.ByteSize;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves the memory for one replica, loads and warms it up on a load thread, and tells the actor
 * of each step. Abandoned at any moment, it closes what it has loaded or is about to load: whoever
 * takes the model out under the lock owns it, and its memory with it.
 */
final class ReplicaLoading implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaLoading.class);

  /** The steps, in order; each call at most once, from a load thread. */
  interface Events {
    void permitGranted();

    void loaded();

    void warmed(long loadNanos);

    void failed(String reason);
  }

  private final ReplicaId replica;
  private final ModelSpec spec;
  private final ReplicaContext node;
  private final Events events;

  // guarded by this
  private boolean abandoned;
  private @Nullable ResidentModel model;

  ReplicaLoading(ReplicaId replica, ModelSpec spec, ReplicaContext node, Events events) {
    this.replica = replica;
    this.spec = spec;
    this.node = node;
    this.events = events;
  }

  @Override
  public void run() {
    try (ReplicaMemory.Turn turn = node.memory().begin(replica.version())) {
      if (!isAbandoned()) {
        long start = node.nanoClock().getAsLong();
        load(turn, start);
      }
    }
  }

  private void load(ReplicaMemory.Turn turn, long startNanos) {
    Path folder = VersionFolders.find(Path.of(spec.source()), replica.version().version());
    switch (turn.reserve(replica, spec.memoryBytes(), VersionFolders.bytes(folder))) {
      case Reservation.Refused refused -> {
        events.permitGranted();
        fail(refused.needs());
      }
      case Reservation.Granted granted -> {
        // After the reservation: what is reported as LOADING has its memory.
        events.permitGranted();
        load(turn, granted.lease(), folder, startNanos);
      }
    }
  }

  private void load(ReplicaMemory.Turn turn, Lease lease, Path folder, long startNanos) {
    ResidentModel resident;
    try {
      resident =
          new ResidentModel(
              node.runtime().load(replica.version(), folder, options()), lease, node.memory());
    } catch (ModelLoadException e) {
      node.memory().free(lease, () -> {});
      fail(message(e));
      return;
    } catch (RuntimeException | LinkageError e) {
      node.memory().free(lease, () -> {});
      fail("the runtime failed: " + e);
      return;
    }
    if (keep(resident)) {
      events.loaded();
      warmUp(turn, lease, resident.loaded(), startNanos);
    } else {
      resident.close();
    }
  }

  private void warmUp(ReplicaMemory.Turn turn, Lease lease, LoadedModel loaded, long startNanos) {
    try {
      Warmup.run(loaded, spec);
      if (measured(lease, turn.measure(loaded))) {
        events.warmed(node.nanoClock().getAsLong() - startNanos);
      }
    } catch (ModelRunException e) {
      fail("warm-up failed: " + message(e));
    } catch (RuntimeException | LinkageError e) {
      fail("the runtime failed: " + e);
    }
  }

  /** The loaded model, from now on the caller's to close. */
  synchronized ResidentModel model() {
    ResidentModel taken = model;
    if (taken == null) {
      throw new IllegalStateException(replica + " has no loaded model");
    }
    model = null;
    return taken;
  }

  /** Nobody wants the replica any more. */
  void abandon() {
    ResidentModel orphan = takeAbandoned();
    if (orphan != null) {
      node.loadExecutor().execute(orphan::close);
    }
  }

  private synchronized @Nullable ResidentModel takeAbandoned() {
    abandoned = true;
    ResidentModel orphan = model;
    model = null;
    return orphan;
  }

  private synchronized boolean isAbandoned() {
    return abandoned;
  }

  private synchronized boolean keep(ResidentModel loaded) {
    if (abandoned) {
      return false;
    }
    model = loaded;
    return true;
  }

  /**
   * Corrects the lease, unless the model was abandoned. Under the lock: the lease of an abandoned
   * model may be released already.
   */
  private synchronized boolean measured(Lease lease, ReplicaMemory.Measurement measurement) {
    if (abandoned) {
      return false;
    }
    long missing = node.memory().correct(lease, measurement);
    if (missing > 0) {
      LOG.warn("{} takes {} more than this node has left", replica, ByteSize.format(missing));
    }
    return true;
  }

  /** What was loaded is gone before the actor hears of it, and so before a retry. */
  private void fail(String reason) {
    ResidentModel orphan = takeAbandoned();
    if (orphan != null) {
      orphan.close();
    }
    events.failed(reason);
  }

  private LoadOptions options() {
    return new LoadOptions(spec.threading().intraOp(), spec.threading().inlineOps());
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
