package io.dunlin.gateway.transport;

import io.dunlin.gateway.transport.PendingAttempt.State;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Outbox;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts on one connection: who waits for credit, who is under way, who was answered. Every
 * attempt given to {@link #admit} is answered exactly once.
 *
 * <p>Attempts beyond the node's credit wait here in order of arrival, small ones (a single frame)
 * in a line of their own that goes first: a small attempt does not wait for the credit of a large
 * one. How much may wait is bounded by {@link WaitingRoom}. Confined to the connection's event
 * loop; time is a parameter.
 */
final class AttemptTable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptTable.class);

  /** Deadlines are checked this often, so they are met this late at most. */
  static final long TICK_NANOS = 4_000_000;

  private static final int WHEEL_SLOTS_LOG2 = 9;

  private final Line line;
  private final int smallBytes;
  private final WaitingRoom waitingRoom;
  private final CreditWindow credit = new CreditWindow();
  private final LongObjectHashMap<PendingAttempt> underWay = new LongObjectHashMap<>();
  private final ArrayDeque<PendingAttempt> waitingSmall = new ArrayDeque<>();
  private final ArrayDeque<PendingAttempt> waitingLarge = new ArrayDeque<>();
  private final DeadlineWheel<PendingAttempt> deadlines;
  private @Nullable Failure turnedAway;

  /**
   * @param smallBytes the longest message that is one frame
   */
  AttemptTable(Line line, int smallBytes, WaitingRoom waitingRoom, long nowNanos) {
    this.line = line;
    this.smallBytes = smallBytes;
    this.waitingRoom = waitingRoom;
    this.deadlines = new DeadlineWheel<>(TICK_NANOS, WHEEL_SLOTS_LOG2, nowNanos);
  }

  /** Takes a new attempt, whose cost has entered the waiting room. */
  void admit(PendingAttempt attempt, long nowNanos) {
    if (attempt.state() != State.NEW) {
      return;
    }
    if (turnedAway != null) {
      leaveWaitingRoom(attempt);
      answer(attempt, turnedAway);
    } else if (attempt.isCancelled()) {
      leaveWaitingRoom(attempt);
      answer(attempt, cancelledFailure());
    } else if (!credit.couldFit(attempt.costBytes())) {
      leaveWaitingRoom(attempt);
      answer(attempt, beyondCredit(attempt));
    } else if (lineFor(attempt).isEmpty() && credit.fits(attempt.costBytes())) {
      deadlines.add(attempt, attempt.deadline().nanoTime());
      send(attempt, nowNanos);
    } else {
      attempt.become(State.WAITING);
      deadlines.add(attempt, attempt.deadline().nanoTime());
      lineFor(attempt).add(attempt);
    }
  }

  /** Nobody waits for this attempt any more. */
  void cancel(PendingAttempt attempt) {
    if (!attempt.cancel()) {
      return;
    }
    switch (attempt.state()) {
      case WAITING -> {
        lineFor(attempt).remove(attempt);
        deadlines.remove(attempt);
        leaveWaitingRoom(attempt);
        answer(attempt, cancelledFailure());
      }
      case SENT -> {
        switch (line.remove(attempt.message())) {
          case UNSENT -> {
            forget(attempt);
            answer(attempt, cancelledFailure());
          }
          case PARTLY_SENT, ALREADY_SENT -> line.cancel(attempt.id());
        }
      }
      case NEW, ABANDONED, ANSWERED -> {}
    }
  }

  /** The node grants this much from now on. */
  void setCredit(long windowBytes, long nowNanos) {
    credit.setWindow(windowBytes);
    waitingRoom.setGranted(windowBytes);
    admitWaiting(nowNanos);
  }

  /** Whether somebody waits for the reply to this attempt. */
  boolean awaits(long attemptId) {
    PendingAttempt attempt = underWay.get(attemptId);
    return attempt != null && attempt.state() == State.SENT;
  }

  /** The node answered; {@code null} for a reply that nobody wanted. */
  void answered(long attemptId, @Nullable InferenceReply reply, long nowNanos) {
    PendingAttempt attempt = underWay.get(attemptId);
    if (attempt == null) {
      return;
    }
    forget(attempt);
    if (attempt.state() == State.ABANDONED) {
      attempt.become(State.ANSWERED);
    } else {
      answer(
          attempt,
          reply != null
              ? reply
              : new InferenceReply.Failed(FailureCode.INTERNAL, "the reply was not taken"));
    }
    admitWaiting(nowNanos);
  }

  /** Answers every attempt whose deadline has passed. */
  void expire(long nowNanos) {
    deadlines.advance(nowNanos, this::expired);
    admitWaiting(nowNanos);
  }

  /** Whether there are deadlines to watch. */
  boolean hasDeadlines() {
    return deadlines.size() > 0;
  }

  /** Attempts the node has or is being sent. */
  int underWay() {
    return underWay.size();
  }

  /** Attempts that wait for credit. */
  int waiting() {
    return waitingSmall.size() + waitingLarge.size();
  }

  /** From now on new and waiting attempts are answered with this; those under way go on. */
  void turnAway(Failure failure) {
    turnedAway = failure;
    for (PendingAttempt attempt : takeWaiting()) {
      deadlines.remove(attempt);
      leaveWaitingRoom(attempt);
      answer(attempt, failure);
    }
  }

  /** The connection is gone: every attempt is answered with this, now and from now on. */
  void failAll(Failure failure) {
    turnAway(failure);
    List<PendingAttempt> lost = new ArrayList<>(underWay.values());
    underWay.clear();
    for (PendingAttempt attempt : lost) {
      deadlines.remove(attempt);
      leaveWaitingRoom(attempt);
      if (attempt.state() == State.ABANDONED) {
        attempt.become(State.ANSWERED);
      } else {
        answer(attempt, failure);
      }
    }
  }

  private void expired(PendingAttempt attempt) {
    switch (attempt.state()) {
      case WAITING -> {
        lineFor(attempt).remove(attempt);
        leaveWaitingRoom(attempt);
        answer(attempt, expiredFailure("it waited for the node's credit"));
      }
      case SENT -> {
        switch (line.remove(attempt.message())) {
          case UNSENT -> {
            forget(attempt);
            answer(attempt, expiredFailure("it waited for the connection"));
          }
          case PARTLY_SENT, ALREADY_SENT -> {
            attempt.become(State.ABANDONED);
            if (attempt.cancel()) {
              line.cancel(attempt.id());
            }
            tell(attempt, expiredFailure("the node had not answered"));
          }
        }
      }
      case NEW, ABANDONED, ANSWERED -> {}
    }
  }

  private void admitWaiting(long nowNanos) {
    admitWaiting(waitingSmall, nowNanos);
    admitWaiting(waitingLarge, nowNanos);
  }

  private void admitWaiting(ArrayDeque<PendingAttempt> queue, long nowNanos) {
    PendingAttempt first = queue.peek();
    while (first != null && credit.fits(first.costBytes())) {
      queue.remove();
      send(first, nowNanos);
      first = queue.peek();
    }
  }

  private void send(PendingAttempt attempt, long nowNanos) {
    credit.take(attempt.costBytes());
    attempt.become(State.SENT);
    underWay.put(attempt.id(), attempt);
    InferCodec.setRemaining(attempt.message(), attempt.deadline().remainingNanos(nowNanos));
    line.send(attempt.message());
  }

  /** The node owes nothing for this attempt any more. */
  private void forget(PendingAttempt attempt) {
    underWay.remove(attempt.id());
    deadlines.remove(attempt);
    credit.giveBack(attempt.costBytes());
    leaveWaitingRoom(attempt);
  }

  private void leaveWaitingRoom(PendingAttempt attempt) {
    waitingRoom.leave(attempt.costBytes());
  }

  private List<PendingAttempt> takeWaiting() {
    List<PendingAttempt> all = new ArrayList<>(waitingSmall);
    all.addAll(waitingLarge);
    waitingSmall.clear();
    waitingLarge.clear();
    return all;
  }

  private ArrayDeque<PendingAttempt> lineFor(PendingAttempt attempt) {
    return attempt.message().bodyBytes() <= smallBytes ? waitingSmall : waitingLarge;
  }

  private void answer(PendingAttempt attempt, Failure failure) {
    answer(attempt, new InferenceReply.Failed(failure));
  }

  private void answer(PendingAttempt attempt, InferenceReply reply) {
    attempt.become(State.ANSWERED);
    tell(attempt, reply);
  }

  private void tell(PendingAttempt attempt, Failure failure) {
    tell(attempt, new InferenceReply.Failed(failure));
  }

  /** A sink that throws is its owner's bug and must not take the others' connection with it. */
  private static void tell(PendingAttempt attempt, InferenceReply reply) {
    try {
      attempt.sink().answered(reply);
    } catch (RuntimeException e) {
      LOG.error("The sink of attempt {} failed", attempt.id(), e);
    }
  }

  private static Failure cancelledFailure() {
    return new Failure(FailureCode.CANCELLED, "cancelled before the node had the request");
  }

  private static Failure beyondCredit(PendingAttempt attempt) {
    return new Failure(
        FailureCode.OVERLOADED,
        "request: " + attempt.costBytes() + " bytes (expected: within the credit the node grants)");
  }

  private static Failure expiredFailure(String where) {
    return new Failure(FailureCode.DEADLINE_EXCEEDED, "the deadline passed while " + where);
  }

  /** What the table says over the connection. */
  interface Line {
    void send(OutgoingMessage message);

    Outbox.Removed remove(OutgoingMessage message);

    void cancel(long attemptId);
  }
}
