package io.dunlin.gateway.http.admin.history;

import java.time.Instant;

/**
 * A change with its place in the history.
 *
 * @param number grows by one with every event of this gateway process
 * @param at when the gateway saw it
 */
public record RecordedEvent(long number, Instant at, ClusterChange change) {}
