package io.dunlin.gateway.transport;

import io.dunlin.shared.protocol.frame.CloseReason;

/**
 * Told when a node can and cannot be reached, on an event loop: must not block. For one address the
 * calls are ordered, up and down in turns.
 */
public interface ConnectionObserver {
  /** Nobody to tell. */
  ConnectionObserver NONE = new ConnectionObserver() {};

  /** Attempts are taken from now on. */
  default void onConnectionUp(NodeAddress node) {}

  /** The node finishes what it has and takes no new attempts; {@link #onConnectionDown} follows. */
  default void onConnectionDraining(NodeAddress node, String message) {}

  /** The connection is gone, its attempts are being answered {@code connection_lost}. */
  default void onConnectionDown(NodeAddress node, CloseReason reason, String message) {}
}
