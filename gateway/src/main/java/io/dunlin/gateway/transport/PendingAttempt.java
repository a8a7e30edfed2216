package io.dunlin.gateway.transport;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.Wire;

/**
 * An attempt on its way to a node and back; all but its constructor belongs to the connection's
 * event loop.
 *
 * <pre>
 * NEW       -> WAITING    the node's credit is used up
 * NEW       -> SENT       handed to the outbox
 * NEW       -> ANSWERED   cancelled or turned away before anything happened
 * WAITING   -> SENT       credit came back
 * WAITING   -> ANSWERED   cancelled, expired, or the node is draining or gone
 * SENT      -> ANSWERED   the reply came; or taken back unsent; or the connection was lost
 * SENT      -> ABANDONED  the deadline passed: answered here, the node still owes a reply
 * ABANDONED -> ANSWERED   that reply came and gave its credit back; or the connection was lost
 * </pre>
 */
final class PendingAttempt extends DeadlineWheel.Entry {
  /** Where it stands. */
  enum State {
    NEW,
    WAITING,
    SENT,
    ABANDONED,
    ANSWERED
  }

  private final OutgoingMessage message;
  private final Deadline deadline;
  private final ReplySink sink;
  private State state = State.NEW;
  private boolean cancelled;

  PendingAttempt(OutgoingMessage message, Deadline deadline, ReplySink sink) {
    this.message = message;
    this.deadline = deadline;
    this.sink = sink;
  }

  long id() {
    return message.attemptId();
  }

  OutgoingMessage message() {
    return message;
  }

  Deadline deadline() {
    return deadline;
  }

  ReplySink sink() {
    return sink;
  }

  long costBytes() {
    return Wire.creditCost(message.bodyBytes());
  }

  State state() {
    return state;
  }

  void become(State next) {
    boolean legal =
        switch (state) {
          case NEW -> next == State.WAITING || next == State.SENT || next == State.ANSWERED;
          case WAITING -> next == State.SENT || next == State.ANSWERED;
          case SENT -> next == State.ABANDONED || next == State.ANSWERED;
          case ABANDONED -> next == State.ANSWERED;
          case ANSWERED -> false;
        };
    if (!legal) {
      throw new IllegalStateException("attempt " + id() + ": " + state + " -> " + next);
    }
    state = next;
  }

  /** Notes that nobody waits; returns whether that is news. */
  boolean cancel() {
    boolean news = !cancelled;
    cancelled = true;
    return news;
  }

  boolean isCancelled() {
    return cancelled;
  }
}
