package io.dunlin.node.replica;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Loads and warms up one replica on a load thread, and tells the actor of each step. Abandoned at
 * any moment, it closes what it has loaded or is about to load: whoever takes the model out under
 * the lock owns it.
 */
final class ReplicaLoading implements Runnable {
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
  private @Nullable LoadedModel model;

  ReplicaLoading(ReplicaId replica, ModelSpec spec, ReplicaContext node, Events events) {
    this.replica = replica;
    this.spec = spec;
    this.node = node;
    this.events = events;
  }

  @Override
  public void run() {
    if (isAbandoned()) {
      return;
    }
    long start = node.nanoClock().getAsLong();
    events.permitGranted();
    try {
      LoadedModel loaded = node.runtime().load(replica.version(), folder(), options());
      if (!keep(loaded)) {
        loaded.close();
        return;
      }
      events.loaded();
      Warmup.run(loaded, spec);
      events.warmed(node.nanoClock().getAsLong() - start);
    } catch (ModelLoadException e) {
      fail(message(e));
    } catch (ModelRunException e) {
      fail("warm-up failed: " + message(e));
    } catch (RuntimeException | LinkageError e) {
      fail("the runtime failed: " + e);
    }
  }

  /** The loaded model, from now on the caller's to close. */
  synchronized LoadedModel model() {
    LoadedModel taken = model;
    if (taken == null) {
      throw new IllegalStateException(replica + " has no loaded model");
    }
    model = null;
    return taken;
  }

  /** Nobody wants the replica any more. */
  void abandon() {
    LoadedModel orphan;
    synchronized (this) {
      abandoned = true;
      orphan = model;
      model = null;
    }
    if (orphan != null) {
      node.loadExecutor().execute(orphan::close);
    }
  }

  private synchronized boolean isAbandoned() {
    return abandoned;
  }

  private synchronized boolean keep(LoadedModel loaded) {
    if (abandoned) {
      return false;
    }
    model = loaded;
    return true;
  }

  private void fail(String reason) {
    abandon();
    events.failed(reason);
  }

  private Path folder() {
    return VersionFolders.find(Path.of(spec.source()), replica.version().version());
  }

  private LoadOptions options() {
    return new LoadOptions(spec.threading().intraOp(), spec.threading().inlineOps());
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
