package io.dunlin.gateway.http.openinference;

/** Whether this gateway should get traffic. Thread-safe and quick: probes call it often. */
public interface ServerHealth {
  /** Whether the process works at all; false asks for a restart. */
  boolean live();

  /** Whether inference can be answered now; false asks callers to go elsewhere. */
  boolean ready();

  /** Why it is not ready, for people; empty when it is. */
  String reason();
}
