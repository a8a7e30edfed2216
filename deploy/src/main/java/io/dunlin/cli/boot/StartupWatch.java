package io.dunlin.cli.boot;

import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * Follows the models that were in the repository at the start until each is READY or FAILED, and
 * tells the progress on the way.
 */
final class StartupWatch implements Consumer<ClusterSnapshot> {
  private final ModelProgress progress;
  private final CompletableFuture<Done> settled = new CompletableFuture<>();

  // guarded by this
  private final Map<ModelVersionId, ReplicaState> last = new HashMap<>();
  private @Nullable Set<ModelVersionId> expected;

  StartupWatch(ModelProgress progress) {
    this.progress = progress;
  }

  /** Done when every one of these is READY or FAILED. */
  CompletionStage<Done> settled(Set<ModelVersionId> versions) {
    synchronized (this) {
      expected = versions;
    }
    check();
    return settled;
  }

  @Override
  public void accept(ClusterSnapshot snapshot) {
    Map<ModelVersionId, ReplicaReport> furthest = new LinkedHashMap<>();
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport replica : node.replicas()) {
        furthest.merge(replica.replica().version(), replica, StartupWatch::further);
      }
    }
    furthest.values().forEach(this::onReplica);
    check();
  }

  /** Of several replicas of one version the one that is nearest to serving speaks for it. */
  private static ReplicaReport further(ReplicaReport one, ReplicaReport other) {
    return way(other.state()) > way(one.state()) ? other : one;
  }

  private static int way(ReplicaState state) {
    return switch (state) {
      case READY -> 7;
      case WARMING -> 6;
      case LOADING -> 5;
      case PENDING -> 4;
      case DRAINING -> 3;
      case UNLOADING -> 2;
      case UNLOADED -> 1;
      case FAILED -> 0;
    };
  }

  private void onReplica(ReplicaReport report) {
    ModelVersionId version = report.replica().version();
    synchronized (this) {
      if (report.state() == last.put(version, report.state())) {
        return;
      }
    }
    progress.changed(
        new ModelProgress.Change(
            version, report.state(), report.loadMillis(), report.memoryBytes(), report.reason()));
  }

  private void check() {
    boolean done;
    synchronized (this) {
      done = expected != null && expected.stream().allMatch(this::isSettled);
    }
    if (done) {
      settled.complete(Done.getInstance());
    }
  }

  private boolean isSettled(ModelVersionId version) {
    ReplicaState state = last.get(version);
    return state == ReplicaState.READY || state == ReplicaState.FAILED;
  }
}
