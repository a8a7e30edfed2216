package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import java.util.List;
import java.util.Map;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;

/**
 * Everything the admin API shows, as one consistent picture.
 *
 * @param catalog desired state by model
 * @param nodes reports of live nodes
 * @param membership the cluster's members as this process sees them
 * @param self this process
 */
public record ClusterSnapshot(
    Map<String, CatalogEntry> catalog,
    List<NodeReport> nodes,
    ClusterEvent.CurrentClusterState membership,
    Member self) {}
