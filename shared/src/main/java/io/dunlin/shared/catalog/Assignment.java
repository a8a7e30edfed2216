package io.dunlin.shared.catalog;

/**
 * Where one replica is to live.
 *
 * @param nodeId the node chosen by placement
 * @param revision of the catalog entry it was planned for
 */
public record Assignment(String nodeId, long revision) {}
