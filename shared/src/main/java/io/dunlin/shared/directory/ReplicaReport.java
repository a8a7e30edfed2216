package io.dunlin.shared.directory;

import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;

/**
 * One replica as its node sees it.
 *
 * @param replica which
 * @param state where in its life
 * @param reason why it failed; empty otherwise
 * @param loadMillis from the start of loading to READY, 0 until then
 * @param memoryBytes native memory it was measured to hold, 0 until loaded
 */
public record ReplicaReport(
    ReplicaId replica, ReplicaState state, String reason, long loadMillis, long memoryBytes) {}
