package io.dunlin.node.control;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * When a FAILED replica is started again: after 10 s, then twice as long each time, at most every 5
 * minutes. A broken artifact costs little that way, and one that was mended comes up by itself.
 */
final class RetrySchedule {
  private static final long FIRST_MILLIS = 10_000;
  private static final long LONGEST_MILLIS = 300_000;

  private record Attempt(long dueMillis, long delayMillis) {}

  private final Map<ReplicaId, Attempt> attempts = new HashMap<>();

  /** The FAILED replicas to start now; each counts as started. */
  Set<ReplicaId> due(Collection<NodeReport> nodes, long nowMillis) {
    Set<ReplicaId> due = new HashSet<>();
    Set<ReplicaId> trying = new HashSet<>();
    for (NodeReport node : nodes) {
      for (ReplicaReport report : node.replicas()) {
        if (report.state() == ReplicaState.FAILED && isDue(report.replica(), nowMillis)) {
          due.add(report.replica());
        }
        if (report.state() != ReplicaState.READY) {
          trying.add(report.replica());
        }
      }
    }
    attempts.keySet().retainAll(trying);
    return due;
  }

  private boolean isDue(ReplicaId replica, long nowMillis) {
    Attempt attempt = attempts.get(replica);
    if (attempt == null) {
      attempts.put(replica, new Attempt(nowMillis + FIRST_MILLIS, FIRST_MILLIS));
      return false;
    }
    if (nowMillis < attempt.dueMillis()) {
      return false;
    }
    long delay = Math.min(LONGEST_MILLIS, attempt.delayMillis() * 2);
    attempts.put(replica, new Attempt(nowMillis + delay, delay));
    return true;
  }
}
