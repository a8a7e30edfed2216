package io.dunlin.node.batching;

import static io.dunlin.node.batching.Requests.MILLI;
import static io.dunlin.node.batching.Requests.floats;
import static io.dunlin.node.batching.Requests.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchQueueTest {
  private final ServedSignature plain = Requests.signature("plain", 2);
  private final ServedSignature ragged = Requests.signature("ragged", -1);
  private final ServedSignature whole = Requests.signature("whole", Shape.of(2, 2), Shape.of(2, 2));
  private final List<QueuedRequest> dropped = new ArrayList<>();

  private BatchQueue queue(ModelSpec spec) {
    return new BatchQueue(List.of(plain, ragged, whole), spec);
  }

  private Requests.Builder request(String id) {
    return new Requests.Builder(plain, id);
  }

  private static Failure refused(BatchQueue queue, Requests.Builder request) {
    Failure refusal = queue.offer(request.build(), 0);
    if (refusal == null) {
      throw new AssertionError("was taken");
    }
    return refusal;
  }

  private static void offerAll(BatchQueue queue, Requests.Builder... requests) {
    for (Requests.Builder request : requests) {
      assertThat(queue.offer(request.build(), 0)).isNull();
    }
  }

  /** The batch as {@code id} or {@code id[from..to)} of each slice, then {@code +padding}. */
  private String take(BatchQueue queue, long now) {
    Polled polled = queue.poll(now, dropped::add);
    return switch (polled) {
      case Batch batch -> describe(batch);
      case Polled.Wait wait -> "wait " + wait.untilNanos() / MILLI;
      case Polled.Nothing.INSTANCE -> "nothing";
    };
  }

  private static String describe(Batch batch) {
    StringBuilder text = new StringBuilder();
    for (Batch.Slice slice : batch.slices()) {
      text.append(text.isEmpty() ? "" : " ").append(slice.request().request().requestId());
      if (!slice.isWhole()) {
        text.append('[').append(slice.fromRow()).append("..");
        text.append(slice.fromRow() + slice.rows()).append(')');
      }
    }
    return batch.paddingRows() == 0 ? text.toString() : text + " +" + batch.paddingRows();
  }

  private static void ran(BatchQueue queue, ServedSignature signature, int rows, long nanos) {
    QueuedRequest probe = new Requests.Builder(signature, "probe").input(floats(rows, 2)).build();
    assertThat(queue.offer(probe, 0)).isNull();
    Batch batch = (Batch) queue.poll(0, r -> {});
    queue.finished(batch, nanos);
  }

  // ---- bounds

  @Test
  void takesRowsUpToTheBoundAndRefusesOneMore() {
    BatchQueue queue = queue(spec(Batching.DEFAULT, new ModelSpec.Queue(10, 1 << 20)));
    offerAll(queue, request("a").rows(4), request("b").rows(6));

    Failure refusal = refused(queue, request("c").rows(1));

    assertThat(refusal.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(refusal.message()).contains("10 of 10 rows");
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(queue.queuedRows()).isEqualTo(10);
    assertThat(take(queue, 0)).isEqualTo("a b");
    assertThat(queue.offer(request("c").rows(10).build(), 0)).isNull();
  }

  @Test
  void takesBytesUpToTheBoundAndRefusesOneRowMore() {
    BatchQueue queue = queue(spec(Batching.DEFAULT, new ModelSpec.Queue(100, 80)));
    offerAll(queue, request("a").rows(4), request("b").rows(6));

    assertThat(queue.queuedBytes()).isEqualTo(80);
    assertThat(queue.offer(request("c").rows(1).build(), 0))
        .extracting(Failure::code)
        .isEqualTo(FailureCode.OVERLOADED);
    assertThat(take(queue, 0)).isEqualTo("a b");
    assertThat(queue.queuedBytes()).isZero();
  }

  @Test
  void refusesForGoodWhatCouldNeverFit() {
    BatchQueue queue = queue(spec(Batching.DEFAULT, new ModelSpec.Queue(10, 80)));

    assertThat(queue.offer(request("a").rows(11).build(), 0))
        .isEqualTo(
            new Failure(FailureCode.PAYLOAD_TOO_LARGE, "rows: 11 (expected: <= queue.maxRows 10)"));
    assertThat(queue.offer(ask(ragged, "b", 1, 21), 0))
        .isEqualTo(
            new Failure(
                FailureCode.PAYLOAD_TOO_LARGE, "input bytes: 84 (expected: <= queue.maxBytes 80)"));
    assertThat(queue.offer(ask(ragged, "c", 1L << 40, 0), 0))
        .extracting(Failure::code)
        .isEqualTo(FailureCode.PAYLOAD_TOO_LARGE);
  }

  private static QueuedRequest ask(ServedSignature signature, String id, long... dims) {
    return new Requests.Builder(signature, id).input(floats(dims)).build();
  }

  @Test
  void retryAfterIsTheTimeTheQueueNeedsToDrain() {
    BatchQueue queue = queue(spec(new Batching(true, 4, Duration.ZERO, List.of()), rows(8)));
    ran(queue, plain, 4, 100 * MILLI);
    offerAll(queue, request("a").rows(4), request("b").rows(4));

    Failure refusal = refused(queue, request("c"));

    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(200));
  }

  private static ModelSpec.Queue rows(int maxRows) {
    return new ModelSpec.Queue(maxRows, 1 << 20);
  }

  // ---- order

  @Test
  void leadsWithTheEarliestDeadlineOfTheMostUrgentLevelThenArrival() {
    BatchQueue queue = queue(spec(2, 0));
    offerAll(
        queue,
        request("u3-late").due(90 * MILLI),
        request("u3-early").due(50 * MILLI),
        request("u3-early-too").due(50 * MILLI),
        request("u7").urgency(7).due(10 * MILLI),
        request("u0").urgency(0).due(99 * MILLI));

    assertThat(take(queue, 0)).isEqualTo("u0 u3-early");
    assertThat(take(queue, 0)).isEqualTo("u3-early-too u3-late");
    assertThat(take(queue, 0)).isEqualTo("u7");
    assertThat(take(queue, 0)).isEqualTo("nothing");
  }

  @Test
  void aLevelThatIsPassedOverSixteenTimesLeadsTheNextBatch() {
    BatchQueue queue = queue(spec(1, 0));
    offerAll(queue, request("waits").urgency(7), request("waits too").urgency(5));
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      offerAll(queue, request("u0").urgency(0));
      order.add(take(queue, 0));
    }

    assertThat(order.subList(0, 16)).containsOnly("u0");
    assertThat(order.subList(16, 20)).containsExactly("waits", "waits too", "u0", "u0");
  }

  @Test
  void putsOnlyLikeShapesAndSignaturesTogether() {
    BatchQueue queue = queue(spec(8, 0));
    assertThat(queue.offer(ask(ragged, "three", 1, 3), 0)).isNull();
    assertThat(queue.offer(ask(ragged, "four", 1, 4), 0)).isNull();
    offerAll(queue, request("plain"));
    assertThat(queue.offer(ask(ragged, "three too", 2, 3), 0)).isNull();

    assertThat(take(queue, 0)).isEqualTo("three three too");
    assertThat(take(queue, 0)).isEqualTo("four");
    assertThat(take(queue, 0)).isEqualTo("plain");
  }

  @Test
  void aRequestThatDoesNotFitIsNotOvertakenInItsLevel() {
    BatchQueue queue = queue(spec(8, 0));
    offerAll(
        queue,
        request("a").rows(6),
        request("b").rows(3),
        request("c").rows(1),
        request("less urgent").rows(2).urgency(4));

    assertThat(take(queue, 0)).isEqualTo("a less urgent");
    assertThat(take(queue, 0)).isEqualTo("b c");
  }

  // ---- sizes

  @Test
  void neverTakesMoreThanMaxBatchSize() {
    BatchQueue queue = queue(spec(3, 0));
    offerAll(queue, request("a"), request("b"), request("c"), request("d"));

    assertThat(take(queue, 0)).isEqualTo("a b c");
    assertThat(take(queue, 0)).isEqualTo("d");
  }

  @Test
  void splitsABigRequestAndFillsUpItsLastPart() {
    BatchQueue queue = queue(spec(4, 0));
    offerAll(queue, request("small").rows(1), request("big").rows(9), request("next").rows(2));

    assertThat(take(queue, 0)).isEqualTo("small big[0..3)");
    assertThat(queue.queuedRows()).isEqualTo(8);
    assertThat(take(queue, 0)).isEqualTo("big[3..7)");
    assertThat(take(queue, 0)).isEqualTo("big[7..9) next");
    assertThat(queue.queuedBytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,0", "3,1", "4,0", "5,3", "8,0"})
  void padsUpToTheNextAllowedSize(int rows, int padding) {
    BatchQueue queue = queue(spec(8, 0, 1, 2, 4, 8));
    offerAll(queue, request("a").rows(rows));

    assertThat(take(queue, 0)).isEqualTo(padding == 0 ? "a" : "a +" + padding);
  }

  @Test
  void theLargestAllowedSizeWithinMaxBatchSizeCapsARun() {
    BatchQueue queue = queue(spec(8, 0, 6, 3, 100));
    offerAll(queue, request("a").rows(4), request("b").rows(4));

    assertThat(take(queue, 0)).isEqualTo("a +2");
    assertThat(take(queue, 0)).isEqualTo("b +2");
  }

  @Test
  void whatCannotShareARunRunsAlone() {
    BatchQueue queue = queue(spec(8, 0, 8));
    assertThat(queue.offer(ask(whole, "w1", 2, 2), 0)).isNull();
    assertThat(queue.offer(ask(whole, "w2", 2, 2), 0)).isNull();
    assertThat(queue.offer(ask(plain, "no rows", 0, 2), 0)).isNull();
    offerAll(queue, request("p1"), request("p2"));

    assertThat(queue.queuedRows()).isEqualTo(5);
    assertThat(take(queue, 0)).isEqualTo("w1");
    assertThat(take(queue, 0)).isEqualTo("w2");
    assertThat(take(queue, 0)).isEqualTo("no rows");
    assertThat(take(queue, 0)).isEqualTo("p1 p2 +6");
  }

  @Test
  void aSignatureFoundNotToBatchRunsAloneFromThenOn() {
    BatchQueue queue = queue(spec(4, 0, 4));
    offerAll(queue, request("a"), request("big").rows(9), request("b"));
    assertThat(take(queue, 0)).isEqualTo("a big[0..3)");

    plain.stopBatching();

    assertThat(take(queue, 0)).isEqualTo("big[3..9)");
    assertThat(take(queue, 0)).isEqualTo("b");
  }

  @Test
  void withBatchingOffEachRequestRunsAsItCame() {
    BatchQueue queue =
        queue(spec(new Batching(false, 2, Duration.ofSeconds(9), List.of(8)), rows(99)));
    offerAll(queue, request("a").rows(5), request("b"));

    assertThat(take(queue, 0)).isEqualTo("a");
    assertThat(take(queue, 0)).isEqualTo("b");
  }

  // ---- delay

  @Test
  void waitsForCompanyNoLongerThanMaxQueueDelay() {
    BatchQueue queue = queue(spec(4, 5));
    assertThat(queue.offer(request("a").arrived(2 * MILLI).build(), 2 * MILLI)).isNull();
    assertThat(queue.offer(request("b").arrived(4 * MILLI).build(), 4 * MILLI)).isNull();

    assertThat(queue.isDue(7 * MILLI - 1)).isFalse();
    assertThat(queue.nextReleaseNanos()).isEqualTo(7 * MILLI);
    assertThat(take(queue, 7 * MILLI - 1)).isEqualTo("wait 7");
    assertThat(queue.isDue(7 * MILLI)).isTrue();
    assertThat(take(queue, 7 * MILLI)).isEqualTo("a b");
  }

  @Test
  void aFullBatchDoesNotWait() {
    BatchQueue queue = queue(spec(2, 5));
    offerAll(queue, request("a"), request("b"), request("c"));

    assertThat(take(queue, 0)).isEqualTo("a b");
    assertThat(take(queue, 0)).isEqualTo("wait 5");
  }

  @Test
  void aDueKeyIsNotHeldUpByAMoreUrgentOneThatWaits() {
    BatchQueue queue = queue(spec(2, 5));
    offerAll(queue, request("urgent").urgency(0));
    assertThat(queue.offer(ask(ragged, "r1", 1, 3), 0)).isNull();
    assertThat(queue.offer(ask(ragged, "r2", 1, 3), 0)).isNull();

    assertThat(take(queue, 0)).isEqualTo("r1 r2");
    assertThat(take(queue, 0)).isEqualTo("wait 5");
  }

  @Test
  void doesNotWaitForCompanyAtTheCostOfADeadline() {
    BatchQueue queue = queue(spec(4, 50));
    ran(queue, plain, 4, 3 * MILLI);
    assertThat(queue.poll(60 * MILLI, dropped::add)).isEqualTo(Polled.Nothing.INSTANCE);
    QueuedRequest request = request("a").arrived(100 * MILLI).due(120 * MILLI).build();
    assertThat(queue.offer(request, 100 * MILLI)).isNull();

    long expectedRun = 3 * MILLI / 4;
    assertThat(queue.nextReleaseNanos()).isEqualTo(120 * MILLI - expectedRun);
    assertThat(take(queue, 120 * MILLI - expectedRun)).isEqualTo("a");
  }

  @Test
  void hurryEndsAllWaiting() {
    BatchQueue queue = queue(spec(4, 50));
    offerAll(queue, request("a"));
    assertThat(take(queue, 0)).isEqualTo("wait 50");

    queue.hurry(0);

    assertThat(take(queue, 0)).isEqualTo("a");
  }

  // ---- deadlines

  @Test
  void refusesWhatHasExpiredOnArrival() {
    BatchQueue queue = queue(spec(4, 0));

    assertThat(queue.offer(request("a").due(7).build(), 7))
        .extracting(Failure::code)
        .isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(queue.offer(request("b").due(8).build(), 7)).isNull();
  }

  @Test
  void expiredRequestsLeaveTheQueueAndAreNeverTaken() {
    BatchQueue queue = queue(spec(4, 0));
    offerAll(
        queue,
        request("a").due(10),
        request("b").due(11),
        request("c").due(10).urgency(5),
        request("d").due(12).urgency(5));

    assertThat(take(queue, 10)).isEqualTo("b d");
    assertThat(ids(dropped)).containsExactly("a", "c");
    assertThat(queue.queuedRows()).isZero();
    assertThat(queue.queuedBytes()).isZero();
  }

  @Test
  void expireTakesOutThoseThatWaitForCompanyToo() {
    BatchQueue queue = queue(spec(4, 5));
    offerAll(queue, request("a").due(2 * MILLI), request("b").due(3 * MILLI));

    queue.expire(2 * MILLI, dropped::add);

    assertThat(ids(dropped)).containsExactly("a");
    assertThat(queue.queuedRequests()).isEqualTo(1);
  }

  @Test
  void theRestOfASplitRequestExpiresToo() {
    BatchQueue queue = queue(spec(4, 0));
    offerAll(queue, request("big").rows(9).due(10));
    assertThat(take(queue, 0)).isEqualTo("big[0..4)");

    assertThat(take(queue, 10)).isEqualTo("nothing");
    assertThat(ids(dropped)).containsExactly("big");
    assertThat(queue.queuedRows()).isZero();
    assertThat(queue.queuedBytes()).isZero();
  }

  private static List<String> ids(List<QueuedRequest> requests) {
    return requests.stream().map(request -> request.request().requestId()).toList();
  }

  @Test
  void withoutMeasurementsNothingIsRefusedEarly() {
    BatchQueue queue = queue(spec(1, 0));
    for (int i = 0; i < 1000; i++) {
      offerAll(queue, request("r").due(1));
    }
    assertThat(queue.expectedWaitNanos()).isZero();
  }

  @Test
  void refusesWhatWouldFinishAfterItsDeadline() {
    BatchQueue queue = queue(spec(2, 0));
    ran(queue, plain, 2, 10 * MILLI);
    offerAll(queue, request("a").rows(2), request("b").rows(2));

    assertThat(queue.expectedWaitNanos()).isEqualTo(20 * MILLI);
    offerAll(queue, request("in time").due(32 * MILLI));
    Failure refusal = refused(queue, request("late").rows(2).urgency(7).due(37 * MILLI));
    assertThat(refusal.code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(25));
    assertThat(refusal.message()).contains("37.000 ms left").contains("at least 37.500 ms");
  }

  @Test
  void countsOnlyWhatIsServedBefore() {
    BatchQueue queue = queue(spec(2, 0));
    ran(queue, plain, 2, 10 * MILLI);
    for (int i = 0; i < 50; i++) {
      offerAll(queue, request("background").rows(2).urgency(5));
      offerAll(queue, request("later").rows(2).due(10_000 * MILLI));
    }

    assertThat(queue.offer(request("urgent").urgency(2).due(15 * MILLI).build(), 0)).isNull();
    assertThat(queue.offer(request("soon").due(25 * MILLI).build(), 0)).isNull();
    assertThat(queue.offer(request("low").urgency(6).due(500 * MILLI).build(), 0)).isNotNull();
  }

  @Test
  void dropsWhatWouldEndTooLateWhileMoreWaitsThanOneRunTakes() {
    BatchQueue queue = queue(spec(2, 0));
    offerAll(
        queue,
        request("too late").due(14 * MILLI),
        request("in time").due(15 * MILLI),
        request("later").due(30 * MILLI));
    plain.serviceTime().record(2, 10 * MILLI);

    assertThat(take(queue, 5 * MILLI)).isEqualTo("in time later");
    assertThat(ids(dropped)).containsExactly("too late");
  }

  @Test
  void triesWhatFitsInOneRunHoweverSlowTheModelSeems() {
    BatchQueue queue = queue(spec(2, 0));
    plain.serviceTime().record(2, 1000 * MILLI);
    offerAll(queue, request("a").due(14 * MILLI));
    assertThat(take(queue, 5 * MILLI)).isEqualTo("a");

    offerAll(queue, request("b").due(14 * MILLI));
    assertThat(queue.offer(request("c").due(14 * MILLI).build(), 0)).isNotNull();
    assertThat(take(queue, 5 * MILLI)).isEqualTo("b");
  }

  // ---- cancel, reconfigure, clear

  @Test
  void cancelTakesAWaitingRequestOutOnce() {
    BatchQueue queue = queue(spec(4, 0));
    QueuedRequest a = request("a").rows(2).build();
    QueuedRequest b = request("b").build();
    assertThat(queue.offer(a, 0)).isNull();
    assertThat(queue.offer(b, 0)).isNull();

    assertThat(queue.cancel(a, 0)).isTrue();
    assertThat(queue.cancel(a, 0)).isFalse();
    assertThat(queue.queuedRows()).isEqualTo(1);
    assertThat(take(queue, 0)).isEqualTo("b");
    assertThat(queue.cancel(b, 0)).isFalse();
  }

  @Test
  void cancelTakesOutTheRestOfASplitRequest() {
    BatchQueue queue = queue(spec(4, 0));
    QueuedRequest big = request("big").rows(9).build();
    assertThat(queue.offer(big, 0)).isNull();
    assertThat(take(queue, 0)).isEqualTo("big[0..4)");

    assertThat(queue.cancel(big, 0)).isTrue();
    assertThat(queue.queuedRows()).isZero();
    assertThat(take(queue, 0)).isEqualTo("nothing");
  }

  @Test
  void newSettingsApplyToWhatIsQueued() {
    BatchQueue queue = queue(spec(8, 100));
    offerAll(queue, request("a").rows(3), request("b").rows(3));
    assertThat(take(queue, 0)).isEqualTo("wait 100");

    queue.reconfigure(spec(new Batching(true, 2, Duration.ZERO, List.of()), rows(4)), 0);

    assertThat(queue.offer(request("c").build(), 0))
        .extracting(Failure::code)
        .isEqualTo(FailureCode.OVERLOADED);
    assertThat(take(queue, 0)).isEqualTo("a[0..2)");
    assertThat(take(queue, 0)).isEqualTo("a[2..3) b[0..1)");
    assertThat(take(queue, 0)).isEqualTo("b[1..3)");
  }

  @Test
  void clearHandsOutEverything() {
    BatchQueue queue = queue(spec(8, 100));
    offerAll(queue, request("a").rows(3), request("b").urgency(0));
    assertThat(queue.offer(ask(ragged, "c", 1, 3), 0)).isNull();

    queue.clear(0, dropped::add);

    assertThat(ids(dropped)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.queuedRows()).isZero();
    assertThat(take(queue, 0)).isEqualTo("nothing");
  }

  @Test
  void manyShapesLeaveNothingBehind() {
    BatchQueue queue = queue(spec(8, 0));
    for (int columns = 1; columns <= 200; columns++) {
      assertThat(queue.offer(ask(ragged, "r", 1, columns), 0)).isNull();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(take(queue, 0)).isEqualTo("r");
    }
    assertThat(queue.groups()).isLessThanOrEqualTo(16);
  }
}
