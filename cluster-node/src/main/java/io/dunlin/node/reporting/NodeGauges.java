package io.dunlin.node.reporting;

import io.dunlin.node.capacity.LedgerSnapshot;

/** What a node can say of itself at any moment; read once a second. Thread-safe. */
public interface NodeGauges {
  /** Who has how much memory. */
  LedgerSnapshot ledger();

  /** Share of the time the device was busy lately, 0 to 1; 0 where nobody knows. */
  double deviceBusy();

  int processors();

  /** Monotonic time. */
  long nanoTime();
}
