/**
 * The cluster's history as one gateway sees it: what changed from one snapshot to the next.
 *
 * <p>Starting points: {@link io.dunlin.gateway.http.admin.history.SnapshotDiffer} decides what is
 * an event, {@link io.dunlin.gateway.http.admin.history.EventHistory} keeps the last of them.
 * Upstream: the directory watcher's snapshots. Downstream: {@code GET /admin/v1/events}. No I/O;
 * time comes from a clock that is handed in.
 */
@NullMarked
package io.dunlin.gateway.http.admin.history;

import org.jspecify.annotations.NullMarked;
