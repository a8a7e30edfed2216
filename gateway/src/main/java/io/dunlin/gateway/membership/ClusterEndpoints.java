package io.dunlin.gateway.membership;

import io.dunlin.gateway.routing.NodeAccess;
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
import org.jspecify.annotations.Nullable;

/**
 * How this gateway reaches each node: its own process's node directly, every other one over its
 * connection. Connections are made as soon as a node is seen, so that a request never waits for
 * one, and kept until its member is removed: that members cannot reach it says nothing of this
 * connection, which has its own signs of life. A node that is not connected takes no requests.
 * Dropping a connection answers what was in flight on it, and those attempts go elsewhere at once.
 */
final class ClusterEndpoints implements ReplicaRouter.NodeEndpoints {
  private final String selfId;
  private final @Nullable NodeAccess local;
  private final RemoteEndpoints remote;
  private boolean closed; // guarded by this

  private record LocalAccess(InferenceEndpoint endpoint) implements NodeAccess {
    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean isLocal() {
      return true;
    }
  }

  private record RemoteAccess(RemoteEndpoint endpoint) implements NodeAccess {
    @Override
    public boolean isUp() {
      return endpoint.isUp();
    }

    @Override
    public boolean isLocal() {
      return false;
    }
  }

  /**
   * @param selfId the node in this process; empty when there is none
   * @param local its endpoint
   */
  ClusterEndpoints(String selfId, @Nullable InferenceEndpoint local, RemoteEndpoints remote) {
    this.selfId = selfId;
    this.local = local == null ? null : new LocalAccess(local);
    this.remote = remote;
  }

  @Override
  public synchronized @Nullable NodeAccess accessTo(RoutingTable.Route route) {
    if (local != null && route.nodeId().equals(selfId)) {
      return local;
    }
    if (route.dataPort() == 0 || closed) {
      return null;
    }
    return new RemoteAccess(
        remote.endpoint(new NodeAddress(route.nodeId(), route.dataHost(), route.dataPort())));
  }

  /**
   * Connects to nodes that came and lets go of those that went.
   *
   * @param nodes of every member, reachable or not
   */
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
