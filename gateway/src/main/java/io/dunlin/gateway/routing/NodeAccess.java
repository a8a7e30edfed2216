package io.dunlin.gateway.routing;

import io.dunlin.shared.protocol.InferenceEndpoint;

/** How this gateway reaches one node. Thread-safe; lives as long as the routing table names it. */
public interface NodeAccess {
  InferenceEndpoint endpoint();

  /** Whether attempts are taken now: cheap, asked for every request. */
  boolean isUp();

  /** Whether the node is in this process. */
  boolean isLocal();
}
