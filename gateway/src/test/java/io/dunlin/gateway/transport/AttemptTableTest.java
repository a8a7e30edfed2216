package io.dunlin.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Outbox;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.WirePeer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptTableTest {
  private static final long MILLISECOND = 1_000_000;
  private static final int SMALL_BYTES = 500;

  private final FakeLine line = new FakeLine();
  private final WaitingRoom room = new WaitingRoom(1 << 20);
  private final AttemptTable table = new AttemptTable(line, SMALL_BYTES, room, 0);
  private final List<String> answers = new ArrayList<>();

  @Test
  void attemptsGoOutWithinTheCreditAndInOrder() {
    grant(2);
    admit(1, 0, 0);
    admit(2, 0, 0);
    admit(3, 0, 0);
    admit(4, 0, 0);
    assertThat(line.said).containsExactly("send 1", "send 2");
    assertThat(table.waiting()).isEqualTo(2);
    table.answered(2, Samples.completed(), 0);
    table.answered(1, Samples.completed(), 0);
    assertThat(line.said).containsExactly("send 1", "send 2", "send 3", "send 4");
    assertThat(answers).containsExactly("2 completed", "1 completed");
  }

  @Test
  void smallAttemptDoesNotWaitForTheCreditOfALargeOne() {
    table.setCredit(cost(0) + cost(5000), 0);
    admit(1, 5000, 0);
    admit(2, 5000, 0);
    admit(3, 0, 0);
    assertThat(line.said).containsExactly("send 1", "send 3");
    table.answered(3, Samples.completed(), 0);
    assertThat(table.waiting()).isOne();
    table.answered(1, Samples.completed(), 0);
    assertThat(line.said).containsExactly("send 1", "send 3", "send 2");
  }

  @Test
  void attemptThatNoCreditCanCoverIsTurnedAway() {
    grant(1);
    admit(1, 5000, 0);
    assertThat(answers).containsExactly("1 overloaded");
    assertThat(room.heldBytes()).isZero();
  }

  @Test
  void growingCreditLetsWaitingAttemptsGo() {
    grant(1);
    admit(1, 0, 0);
    admit(2, 0, 0);
    grant(2);
    assertThat(line.said).containsExactly("send 1", "send 2");
  }

  @Test
  void shrunkCreditHoldsNewAttemptsBackAndTakesNothingAway() {
    grant(2);
    admit(1, 0, 0);
    admit(2, 0, 0);
    grant(1);
    admit(3, 0, 0);
    table.answered(1, Samples.completed(), 0);
    assertThat(line.said).containsExactly("send 1", "send 2");
    table.answered(2, Samples.completed(), 0);
    assertThat(line.said).containsExactly("send 1", "send 2", "send 3");
  }

  @Test
  void expiredAttemptIsAnsweredOnceAndItsReplyOnlyReturnsTheCredit() {
    grant(1);
    admit(1, 0, 10 * MILLISECOND);
    admit(2, 0, 100 * MILLISECOND);
    table.expire(9 * MILLISECOND);
    assertThat(answers).isEmpty();
    table.expire(10 * MILLISECOND + AttemptTable.TICK_NANOS);
    assertThat(answers).containsExactly("1 deadline_exceeded");
    assertThat(line.said).containsExactly("send 1", "cancel 1");
    assertThat(table.awaits(1)).isFalse();
    table.answered(1, null, 20 * MILLISECOND);
    assertThat(line.said).containsExactly("send 1", "cancel 1", "send 2");
    assertThat(answers).hasSize(1);
  }

  @Test
  void expiredAttemptThatWasNotSentIsTakenBack() {
    grant(1);
    line.next = Outbox.Removed.UNSENT;
    admit(1, 0, 10 * MILLISECOND);
    admit(2, 0, 0);
    table.expire(20 * MILLISECOND);
    assertThat(answers).containsExactly("1 deadline_exceeded");
    assertThat(line.said).containsExactly("send 1", "remove 1", "send 2");
    assertThat(table.underWay()).isOne();
  }

  @Test
  void cancelBeforeSendingIsAnsweredHere() {
    grant(1);
    line.next = Outbox.Removed.UNSENT;
    PendingAttempt sent = admit(1, 0, 0);
    PendingAttempt waiting = admit(2, 0, 0);
    table.cancel(waiting);
    table.cancel(sent);
    table.cancel(sent);
    assertThat(answers).containsExactly("2 cancelled", "1 cancelled");
    assertThat(room.heldBytes()).isZero();
    assertThat(table.hasDeadlines()).isFalse();
  }

  @Test
  void cancelAfterSendingLeavesTheAnswerToTheNode() {
    grant(1);
    PendingAttempt sent = admit(1, 0, 0);
    table.cancel(sent);
    table.cancel(sent);
    assertThat(answers).isEmpty();
    assertThat(line.said).containsExactly("send 1", "cancel 1");
    table.answered(1, Samples.completed(), 0);
    assertThat(answers).containsExactly("1 completed");
  }

  @Test
  void cancelBeforeAdmissionIsAnsweredAtAdmission() {
    grant(1);
    PendingAttempt attempt = attempt(1, 0, 0);
    table.cancel(attempt);
    table.admit(attempt, 0);
    assertThat(answers).containsExactly("1 cancelled");
    assertThat(line.said).isEmpty();
  }

  @Test
  void lostConnectionAnswersEveryoneOnce() {
    grant(3);
    admit(1, 0, 10 * MILLISECOND);
    admit(2, 0, 0);
    admit(3, 0, 0);
    admit(4, 0, 0);
    table.expire(20 * MILLISECOND);
    table.answered(2, Samples.completed(), 0);
    Failure lost = new Failure(FailureCode.CONNECTION_LOST, "killed");
    table.failAll(lost);
    table.failAll(lost);
    admit(5, 0, 0);
    table.answered(3, Samples.completed(), 0);
    assertThat(answers)
        .containsExactly(
            "1 deadline_exceeded",
            "2 completed",
            "3 connection_lost",
            "4 connection_lost",
            "5 connection_lost");
    assertThat(room.heldBytes()).isZero();
    assertThat(table.hasDeadlines()).isFalse();
  }

  @Test
  void drainingNodeTurnsWaitingAttemptsAwayAndKeepsThoseUnderWay() {
    grant(1);
    admit(1, 0, 0);
    admit(2, 0, 0);
    table.turnAway(new Failure(FailureCode.DRAINING, "bye"));
    admit(3, 0, 0);
    table.answered(1, Samples.completed(), 0);
    assertThat(answers).containsExactly("2 draining", "3 draining", "1 completed");
    assertThat(room.heldBytes()).isZero();
  }

  @Test
  void replyNobodyAskedForIsIgnored() {
    table.answered(99, Samples.completed(), 0);
    assertThat(answers).isEmpty();
  }

  @Test
  void timeLeftIsTakenWhenTheAttemptGoesOut() {
    grant(1);
    admit(1, 0, 0);
    PendingAttempt second = admit(2, 0, 50 * MILLISECOND);
    table.answered(1, Samples.completed(), 20 * MILLISECOND);
    assertThat(remainingNanos(second.message())).isEqualTo(30 * MILLISECOND);
  }

  private void grant(int smallAttempts) {
    table.setCredit(smallAttempts * cost(0), 0);
  }

  private static long cost(int payload) {
    return Wire.creditCost(message(1, payload).bodyBytes());
  }

  /** Deadline 0 stands for one that is far away. */
  private PendingAttempt admit(long id, int payload, long deadlineNanos) {
    PendingAttempt attempt = attempt(id, payload, deadlineNanos);
    table.admit(attempt, 0);
    return attempt;
  }

  private PendingAttempt attempt(long id, int payload, long deadlineNanos) {
    Deadline deadline = new Deadline(deadlineNanos == 0 ? Long.MAX_VALUE / 2 : deadlineNanos);
    PendingAttempt attempt =
        new PendingAttempt(
            message(id, payload), deadline, reply -> answers.add(id + " " + text(reply)));
    assertThat(room.tryEnter(attempt.costBytes())).isTrue();
    return attempt;
  }

  private static String text(InferenceReply reply) {
    return switch (reply) {
      case InferenceReply.Completed completed -> "completed";
      case InferenceReply.Failed failed -> failed.failure().code().code();
    };
  }

  private static OutgoingMessage message(long id, int payload) {
    return InferCodec.encode(id, Samples.REPLICA, Samples.request("r", 0, Samples.bytes(payload)));
  }

  private static long remainingNanos(OutgoingMessage message) {
    byte[] frame = WirePeer.frames(message, 1 << 20);
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getLong(13 + 4);
  }

  /** Writes down what is said, and takes back what the test wants it to. */
  private static final class FakeLine implements AttemptTable.Line {
    private final List<String> said = new ArrayList<>();
    private Outbox.Removed next = Outbox.Removed.ALREADY_SENT;

    @Override
    public void send(OutgoingMessage message) {
      said.add("send " + message.attemptId());
    }

    @Override
    public Outbox.Removed remove(OutgoingMessage message) {
      if (next == Outbox.Removed.UNSENT) {
        said.add("remove " + message.attemptId());
      }
      return next;
    }

    @Override
    public void cancel(long attemptId) {
      said.add("cancel " + attemptId);
    }
  }
}
