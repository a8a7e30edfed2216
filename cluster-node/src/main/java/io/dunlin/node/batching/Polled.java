package io.dunlin.node.batching;

/** What a free lane finds: a {@link Batch}, or how long it may sleep. */
public sealed interface Polled permits Batch, Polled.Wait, Polled.Nothing {

  /** Requests are waiting for company until this time; ask again then. */
  record Wait(long untilNanos) implements Polled {}

  /** The queue is empty. */
  enum Nothing implements Polled {
    INSTANCE
  }
}
