package io.dunlin.gateway.membership;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTable;
import io.dunlin.gateway.transport.NodeAddress;
import io.dunlin.gateway.transport.RemoteEndpoint;
import io.dunlin.gateway.transport.RemoteEndpoints;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How this gateway reaches each node: its own process's node directly, every other one over its
 * connection. Connections are made as soon as a node is seen and dropped when it is gone, so that a
 * request never waits for one; a node that is not connected takes no requests.
 */
final class ClusterEndpoints implements ReplicaRouter.NodeEndpoints {
  private final String selfId;
  private final @Nullable InferenceEndpoint local;
  private final RemoteEndpoints remote;
  private boolean closed; // guarded by this

  /**
   * @param selfId the node in this process; empty when there is none
   * @param local its endpoint
   */
  ClusterEndpoints(String selfId, @Nullable InferenceEndpoint local, RemoteEndpoints remote) {
    this.selfId = selfId;
    this.local = local;
    this.remote = remote;
  }

  @Override
  public Optional<InferenceEndpoint> endpointOf(RoutingTable.Route route) {
    if (local != null && route.nodeId().equals(selfId)) {
      return Optional.of(local);
    }
    if (route.dataPort() == 0) {
      return Optional.empty();
    }
    RemoteEndpoint endpoint =
        remote.endpoint(new NodeAddress(route.nodeId(), route.dataHost(), route.dataPort()));
    return endpoint.isUp() ? Optional.of(endpoint) : Optional.empty();
  }

  /** Connects to nodes that came and lets go of those that went. */
  synchronized void follow(Collection<NodeReport> nodes) {
    if (closed) {
      return;
    }
    List<NodeAddress> addresses = new ArrayList<>();
    for (NodeReport node : nodes) {
      boolean here = local != null && node.nodeId().equals(selfId);
      if (!here && node.dataPort() != 0) {
        addresses.add(new NodeAddress(node.nodeId(), node.dataHost(), node.dataPort()));
      }
    }
    remote.retainOnly(addresses);
    addresses.forEach(remote::endpoint);
  }

  synchronized void close() {
    closed = true;
    remote.close();
  }
}
