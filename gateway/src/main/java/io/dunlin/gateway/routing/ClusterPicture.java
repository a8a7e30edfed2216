package io.dunlin.gateway.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * This gateway's present view of the cluster, and a way to wait until it shows something. One
 * writer, any number of readers.
 */
public final class ClusterPicture {
  private volatile @Nullable ClusterSnapshot current;
  private final List<Waiter> waiters = new ArrayList<>(); // guarded by itself

  private record Waiter(Predicate<ClusterSnapshot> shows, CompletableFuture<Boolean> done) {}

  /** Makes a snapshot the current one. */
  public void publish(ClusterSnapshot snapshot) {
    current = snapshot;
    List<CompletableFuture<Boolean>> fulfilled = new ArrayList<>();
    synchronized (waiters) {
      Iterator<Waiter> each = waiters.iterator();
      while (each.hasNext()) {
        Waiter waiter = each.next();
        if (waiter.done().isDone() || waiter.shows().test(snapshot)) {
          each.remove();
          fulfilled.add(waiter.done());
        }
      }
    }
    fulfilled.forEach(done -> done.complete(true));
  }

  /** What is seen now; empty until this process has joined a cluster. */
  public Optional<ClusterSnapshot> current() {
    return Optional.ofNullable(current);
  }

  /**
   * Whether the picture shows something, now or within the time.
   *
   * @param within the longest wait; what waits is forgotten then
   */
  public CompletionStage<Boolean> shows(Predicate<ClusterSnapshot> what, Duration within) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Waiter waiter = new Waiter(what, done);
    synchronized (waiters) {
      waiters.add(waiter);
    }
    // looked at after it was added, so that no snapshot in between is missed
    ClusterSnapshot now = current;
    if (now != null && what.test(now)) {
      done.complete(true);
    }
    return done.completeOnTimeout(false, within.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((shown, failure) -> forget(waiter));
  }

  private void forget(Waiter waiter) {
    synchronized (waiters) {
      waiters.remove(waiter);
    }
  }

  /** How many wait; for tests of the bound. */
  int waiting() {
    synchronized (waiters) {
      return waiters.size();
    }
  }
}
