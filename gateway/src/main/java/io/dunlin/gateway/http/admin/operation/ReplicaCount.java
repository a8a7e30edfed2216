package io.dunlin.gateway.http.admin.operation;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The replicas of some versions of a model, counted by what they are doing. Pure.
 *
 * @param readyByVersion READY ones
 * @param wantedEach READY ones each version should have
 * @param coming on their way to READY
 * @param present every one that holds memory or is about to
 * @param failed those that could not be loaded
 * @param failure why the first of them could not
 * @param assigned those that have a node
 */
record ReplicaCount(
    Map<Long, Integer> readyByVersion,
    int wantedEach,
    int coming,
    int present,
    int failed,
    String failure,
    int assigned) {

  /**
   * @param loadRevision replicas that say they were loaded for an earlier one do not count, but as
   *     present
   */
  static ReplicaCount of(
      List<NodeReport> nodes,
      String model,
      Collection<Long> versions,
      int wantedEach,
      int assigned,
      long loadRevision) {
    Map<Long, Integer> ready = new TreeMap<>();
    versions.forEach(version -> ready.put(version, 0));
    int coming = 0;
    int present = 0;
    int failed = 0;
    String failure = "";
    for (NodeReport node : nodes) {
      for (ReplicaReport report : node.replicas()) {
        long version = report.replica().version().version();
        if (!report.replica().version().model().equals(model) || !ready.containsKey(version)) {
          continue;
        }
        present += isPresent(report.state()) ? 1 : 0;
        if (report.revision() > 0 && report.revision() < loadRevision) {
          // it serves until its successor does
          continue;
        }
        switch (report.state()) {
          case READY -> ready.merge(version, 1, Integer::sum);
          case PENDING, LOADING, WARMING -> coming++;
          case FAILED -> {
            failed++;
            failure = failure.isEmpty() ? report.reason() : failure;
          }
          case DRAINING, UNLOADING, UNLOADED -> {}
        }
      }
    }
    return new ReplicaCount(ready, wantedEach, coming, present, failed, failure, assigned);
  }

  static boolean isPresent(ReplicaState state) {
    return switch (state) {
      case PENDING, LOADING, WARMING, READY, DRAINING, UNLOADING -> true;
      case FAILED, UNLOADED -> false;
    };
  }

  int wanted() {
    return wantedEach * readyByVersion.size();
  }

  /** READY ones, none counted beyond what its version wants. */
  int counted() {
    return readyByVersion.values().stream().mapToInt(ready -> Math.min(ready, wantedEach)).sum();
  }

  boolean isComplete() {
    return counted() == wanted();
  }

  /** Something failed and nothing is ready or on its way. */
  boolean isHopeless() {
    return failed > 0 && coming == 0 && counted() == 0;
  }

  String words() {
    StringBuilder words =
        new StringBuilder().append(counted()).append(" of ").append(wanted()).append(" ready");
    if (!isComplete()) {
      if (coming > 0) {
        words.append(", ").append(coming).append(" loading");
      }
      if (failed > 0) {
        words.append(", ").append(failed).append(" failed: ").append(failure);
      }
      if (assigned < wanted()) {
        words.append(", ").append(wanted() - assigned).append(" without a node");
      }
    }
    return words.toString();
  }
}
