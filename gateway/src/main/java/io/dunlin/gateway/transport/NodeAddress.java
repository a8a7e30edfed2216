package io.dunlin.gateway.transport;

/** A node and where its data port listens; a node that comes back elsewhere is another address. */
public record NodeAddress(String nodeId, String host, int port) {
  public NodeAddress {
    if (nodeId.isEmpty()) {
      throw new IllegalArgumentException("node id: '' (expected: not empty)");
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host: '' (expected: not empty)");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
    }
  }

  @Override
  public String toString() {
    return nodeId + " at " + host + ":" + port;
  }
}
