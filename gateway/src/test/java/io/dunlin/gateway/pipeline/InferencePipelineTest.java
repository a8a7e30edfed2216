package io.dunlin.gateway.pipeline;

import static io.dunlin.gateway.pipeline.Replicas.MILLI;
import static io.dunlin.gateway.pipeline.Replicas.answererOf;
import static io.dunlin.gateway.pipeline.Replicas.completed;
import static io.dunlin.gateway.pipeline.Replicas.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.LimitSettings;
import io.dunlin.gateway.admission.limit.TenantWeights;
import io.dunlin.gateway.pipeline.TrafficObserver.Again;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InferencePipelineTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aReadyReplicaAnswers() {
    Replicas replicas = Replicas.of(1);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(6 * MILLI);
    assertThat(answererOf(result)).isZero();
    assertThat(replicas.inFlight()).isZero();
    assertThat(replicas.outcomes).containsExactly("ok");
    assertThat(replicas.time.isIdle()).as("no timer is left behind").isTrue();
  }

  @Test
  void aReplicaThatCannotTakeItIsFollowedByAnother() {
    for (FailureCode code :
        List.of(
            FailureCode.REPLICA_GONE,
            FailureCode.DRAINING,
            FailureCode.CONNECTION_LOST,
            FailureCode.OVERLOADED,
            FailureCode.UNAVAILABLE)) {
      Replicas replicas = Replicas.of(3);
      replicas.refuses(0, code);
      replicas.refuses(1, code);
      for (int i = 0; i < 20; i++) {
        CompletableFuture<InferenceResult> result = replicas.infer(LONG);
        replicas.time.pass(20 * MILLI);
        assertThat(answererOf(result)).as(code.name()).isEqualTo(2);
      }
      assertThat(replicas.inFlight()).isZero();
    }
  }

  @Test
  void aCallersMistakeIsNotTriedElsewhere() {
    Replicas replicas = Replicas.of(2);
    replicas.refuses(0, FailureCode.INVALID_ARGUMENT);
    replicas.refuses(1, FailureCode.INVALID_ARGUMENT);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(MILLI);
    assertThat(failureOf(result)).isEqualTo(FailureCode.INVALID_ARGUMENT);
    assertThat(replicas.asked).hasSize(1);
  }

  @Test
  void whenEveryQueueIsFullTheLastRefusalIsTheAnswerAtOnce() {
    Replicas replicas = Replicas.of(2);
    replicas.refuses(0, FailureCode.OVERLOADED);
    replicas.refuses(1, FailureCode.OVERLOADED);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(MILLI);
    assertThat(failureOf(result)).isEqualTo(FailureCode.OVERLOADED);
    assertThat(replicas.asked).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aQueueTooLongForTheDeadlineIsTriedElsewhere() {
    Replicas replicas = Replicas.of(2);
    Failure hopeless =
        new Failure(FailureCode.DEADLINE_EXCEEDED, "not queued", Duration.ofMillis(300));
    replicas.failsAfter(0, MILLI, hopeless);
    for (int i = 0; i < 10; i++) {
      CompletableFuture<InferenceResult> result = replicas.infer(Duration.ofMillis(100));
      replicas.time.pass(20 * MILLI);
      assertThat(answererOf(result)).isEqualTo(1);
    }
    replicas.failsAfter(1, MILLI, new Failure(FailureCode.DEADLINE_EXCEEDED, "expired in a queue"));
    CompletableFuture<InferenceResult> expired = replicas.infer(Duration.ofMillis(100));
    replicas.time.pass(20 * MILLI);
    assertThat(failureOf(expired)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
  }

  @Test
  void silenceEndsAtTheDeadlineAndTheAttemptIsCancelled() {
    Replicas replicas = Replicas.of(1);
    List<InferenceEndpoint.ReplySink> sinks = new ArrayList<>();
    replicas.does(0, sinks::add);
    CompletableFuture<InferenceResult> result = replicas.infer(Duration.ofMillis(20));
    replicas.time.pass(19 * MILLI);
    assertThat(result).isNotDone();
    replicas.time.pass(MILLI);
    assertThat(failureOf(result)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(replicas.cancelled).containsExactly(0);
    sinks.get(0).answered(completed(0));
    assertThat(replicas.outcomes).as("the late answer is dropped").hasSize(1);
  }

  @Test
  void anExpiredRequestReachesNoReplica() {
    Replicas replicas = Replicas.of(1);
    CompletableFuture<InferenceResult> result = replicas.infer(Duration.ZERO);
    replicas.time.pass(1);
    assertThat(failureOf(result)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(replicas.asked).isEmpty();
  }

  @Test
  void aLostConnectionIsFollowedAtOnceByAnotherReplica() {
    Replicas replicas = Replicas.of(2);
    replicas.failsAfter(0, 2 * MILLI, new Failure(FailureCode.CONNECTION_LOST, "reset"));
    replicas.failsAfter(1, 2 * MILLI, new Failure(FailureCode.CONNECTION_LOST, "reset"));
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    int first = replicas.asked.get(0);
    replicas.answersAfter(1 - first, MILLI);
    replicas.time.pass(4 * MILLI);
    assertThat(answererOf(result)).isEqualTo(1 - first);
    assertThat(replicas.again).containsExactly(Again.LOST);
  }

  @Test
  void aRequestThatMayNotRunTwiceIsNotRepeatedOnceItWasSent() {
    Replicas replicas = Replicas.of(2);
    replicas.failover(false, false);
    Failure lost = new Failure(FailureCode.CONNECTION_LOST, "reset");
    replicas.failsAfter(0, MILLI, lost);
    replicas.failsAfter(1, MILLI, lost);
    CompletableFuture<InferenceResult> sent = replicas.infer(LONG);
    replicas.time.pass(5 * MILLI);
    assertThat(failureOf(sent)).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(replicas.asked).hasSize(1);

    replicas.refuses(0, FailureCode.CONNECTION_LOST);
    replicas.refuses(1, FailureCode.CONNECTION_LOST);
    replicas.asked.clear();
    replicas.infer(LONG);
    replicas.time.pass(5 * MILLI);
    assertThat(replicas.asked).as("never sent, so asked elsewhere").containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aRequestThatMayNotRunTwiceWaitsForASlowReplica() {
    Replicas replicas = Replicas.of(2);
    replicas.failover(false, true);
    replicas.answersAfter(0, 20 * SECOND);
    replicas.answersAfter(1, 20 * SECOND);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(21 * SECOND);
    assertThat(result).isCompleted();
    assertThat(replicas.asked).hasSize(1);
  }

  @Test
  void aReplicaThatKeepsSilentIsFollowedByAnotherAfterItsTime() {
    Replicas replicas = Replicas.of(2);
    for (int i = 0; i < 10; i++) {
      replicas.infer(LONG);
      replicas.time.pass(10 * MILLI);
    }
    replicas.isSilent(0);
    replicas.isSilent(1);
    replicas.asked.clear();
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    int first = replicas.asked.get(0);
    replicas.answersAfter(1 - first, 5 * MILLI);
    replicas.time.pass(249 * MILLI);
    assertThat(result).isNotDone();
    replicas.time.pass(10 * MILLI);
    assertThat(answererOf(result)).isEqualTo(1 - first);
    assertThat(replicas.cancelled).as("the loser is cancelled").containsExactly(first);
    assertThat(replicas.again).containsExactly(Again.LATE);
  }

  @Test
  void aSlowAnswerWinsAgainstASecondAttemptThatIsSlowerStill() {
    Replicas replicas = Replicas.of(2);
    replicas.answersAfter(0, 6 * SECOND);
    replicas.answersAfter(1, 6 * SECOND);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    int first = replicas.asked.get(0);
    replicas.time.pass(7 * SECOND);
    assertThat(replicas.asked).hasSize(2);
    assertThat(answererOf(result)).isEqualTo(first);
    replicas.time.pass(10 * SECOND);
    assertThat(replicas.outcomes).hasSize(1);
  }

  @Test
  void hedgingAsksASecondReplicaAfterTheModelsOwn95thPercentile() {
    Replicas replicas = Replicas.of(2);
    replicas.failover(true, true);
    for (int i = 0; i < 50; i++) {
      replicas.infer(LONG);
      replicas.time.pass(20 * MILLI);
    }
    assertThat(replicas.again.size()).as("1 in 20 of what is alike").isLessThanOrEqualTo(3);
    replicas.again.clear();
    replicas.cancelled.clear();
    replicas.asked.clear();
    replicas.isSilent(0);
    replicas.isSilent(1);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    int first = replicas.asked.get(0);
    replicas.answersAfter(1 - first, MILLI);
    replicas.time.pass(10 * MILLI);
    assertThat(answererOf(result)).isEqualTo(1 - first);
    assertThat(replicas.again).containsExactly(Again.HEDGE);
    assertThat(replicas.cancelled).containsExactly(first);
  }

  @Test
  void furtherAttemptsStayWithinTheBudget() {
    Replicas replicas =
        new Replicas(
            new FailoverSettings(
                Duration.ofSeconds(1), new RetryBudget.Settings(0.1, 1), Duration.ZERO, 0, 0),
            AdmissionSettings.DEFAULT,
            1);
    replicas.ready(0, 1);
    replicas.failsAfter(0, MILLI, new Failure(FailureCode.CONNECTION_LOST, "reset"));
    replicas.failsAfter(1, MILLI, new Failure(FailureCode.CONNECTION_LOST, "reset"));
    for (int i = 0; i < 1_000; i++) {
      replicas.infer(LONG);
      replicas.time.pass(5 * MILLI);
    }
    assertThat(replicas.asked.size()).isBetween(1_050, 1_115);
    assertThat(replicas.outcomes).hasSize(1_000);
  }

  @Test
  void overloadOfEveryReplicaCausesNoStorm() {
    Replicas replicas = Replicas.of(2);
    Failure full = new Failure(FailureCode.OVERLOADED, "full", Duration.ofMillis(1));
    replicas.failsAfter(0, MILLI, full);
    replicas.failsAfter(1, MILLI, full);
    for (int i = 0; i < 2_000; i++) {
      replicas.infer(LONG);
      replicas.time.pass(MILLI);
    }
    replicas.time.pass(SECOND);
    assertThat(replicas.outcomes).as("one answer each").hasSize(2_000);
    assertThat(replicas.asked.size()).as("a tenth more, and half of 100").isLessThan(2_260);
  }

  @Test
  void slownessOfEveryReplicaCausesNoStorm() {
    Replicas replicas = Replicas.of(2);
    replicas.answersAfter(0, 3 * SECOND);
    replicas.answersAfter(1, 3 * SECOND);
    for (int i = 0; i < 1_500; i++) {
      replicas.infer(LONG);
      replicas.time.pass(20 * MILLI);
    }
    replicas.time.pass(10 * SECOND);
    assertThat(replicas.outcomes).as("one answer each").hasSize(1_500).containsOnly("ok");
    assertThat(replicas.asked.size()).as("it learns that this is its pace").isLessThan(1_800);
  }

  @Test
  void aReplicaWhoseRunsFailCostsItsCallersNothingAndIsLeftOut() {
    Replicas replicas = Replicas.of(2);
    replicas.failsAfter(0, MILLI, new Failure(FailureCode.INTERNAL, "device lost"));
    for (int i = 0; i < 200; i++) {
      replicas.infer(LONG);
      replicas.time.pass(2 * MILLI);
    }
    replicas.time.pass(SECOND);
    assertThat(replicas.outcomes).hasSize(200).containsOnly("ok");
    assertThat(replicas.again).as("until it is ejected").hasSize(5).containsOnly(Again.FAILED);
  }

  @Test
  void aRequestThatEveryReplicaFailsToRunIsTriedTwiceAndOnlyItsCallerFails() {
    Replicas replicas = Replicas.of(3);
    for (int i = 0; i < 3; i++) {
      replicas.failsAfter(i, MILLI, new Failure(FailureCode.INTERNAL, "poison"));
    }
    CompletableFuture<InferenceResult> poison = replicas.infer(LONG);
    replicas.time.pass(10 * MILLI);
    assertThat(failureOf(poison)).isEqualTo(FailureCode.INTERNAL);
    assertThat(replicas.asked).hasSize(2);
    for (int i = 0; i < 3; i++) {
      replicas.answersAfter(i, MILLI);
    }
    CompletableFuture<InferenceResult> next = replicas.infer(LONG);
    replicas.time.pass(10 * MILLI);
    assertThat(next).isCompleted();
    assertThat(replicas.asked).hasSize(3);
  }

  @Test
  void aFailedRunIsNotRepeatedWhereARequestMayNotRunTwice() {
    Replicas replicas = Replicas.of(2);
    replicas.failover(false, false);
    replicas.failsAfter(0, MILLI, new Failure(FailureCode.INTERNAL, "broken"));
    replicas.failsAfter(1, MILLI, new Failure(FailureCode.INTERNAL, "broken"));
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(10 * MILLI);
    assertThat(failureOf(result)).isEqualTo(FailureCode.INTERNAL);
    assertThat(replicas.asked).hasSize(1);
  }

  @Test
  void withoutAReplicaARequestWaitsForOneToBeReady() {
    Replicas replicas = Replicas.of(0);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(3 * SECOND);
    assertThat(result).isNotDone();
    assertThat(replicas.pipeline.waiting()).isEqualTo(1);
    replicas.answersAfter(4, MILLI);
    replicas.ready(4);
    replicas.time.pass(2 * MILLI);
    assertThat(answererOf(result)).isEqualTo(4);
    assertThat(replicas.pipeline.waiting()).isZero();
  }

  @Test
  void theWaitIsBoundedInTime() {
    Replicas replicas = Replicas.of(0);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    CompletableFuture<InferenceResult> hurried = replicas.infer(Duration.ofSeconds(2));
    replicas.time.pass(3 * SECOND);
    assertThat(failureOf(hurried)).as("retriable").isEqualTo(FailureCode.UNAVAILABLE);
    replicas.time.pass(7 * SECOND);
    assertThat(failureOf(result)).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(replicas.pipeline.waiting()).isZero();
    assertThat(replicas.time.isIdle()).isTrue();
  }

  @Test
  void aVersionThatIsWithdrawnIsNotWaitedFor() {
    Replicas replicas = Replicas.of(1);
    replicas.refuses(0, FailureCode.DRAINING);
    CompletableFuture<InferenceResult> caught = replicas.infer(LONG);
    replicas.time.pass(50 * MILLI);
    assertThat(caught).as("a successor may come").isNotDone();
    replicas.withdrawn();
    replicas.time.pass(1);
    assertThat(failureOf(caught)).as("at once").isEqualTo(FailureCode.NOT_FOUND);
    CompletableFuture<InferenceResult> late = replicas.infer(LONG);
    replicas.time.pass(1);
    assertThat(failureOf(late)).isEqualTo(FailureCode.NOT_FOUND);
    assertThat(replicas.pipeline.waiting()).isZero();
  }

  @Test
  void aVersionOnItsWayOutThatRefusesIsNotWaitedForWhenAnotherAnswers() {
    Replicas replicas = Replicas.of(1);
    replicas.onItsWayOutBehindVersion2();
    replicas.refuses(0, FailureCode.DRAINING);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(1);
    assertThat(failureOf(result)).isEqualTo(FailureCode.NOT_FOUND);
  }

  @Test
  void aVersionThatFailedSaysWhyAtOnce() {
    Replicas replicas = Replicas.of(1);
    replicas.failed("out of memory");
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(1);
    assertThat(failureOf(result)).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(result).isCompletedExceptionally();
  }

  @Test
  void soManyWaitAndNoMore() {
    Replicas replicas =
        new Replicas(
            new FailoverSettings(
                Duration.ofSeconds(1), RetryBudget.Settings.DEFAULT, Duration.ofSeconds(10), 3, 10),
            AdmissionSettings.DEFAULT,
            1);
    for (int i = 0; i < 3; i++) {
      replicas.infer(LONG);
    }
    CompletableFuture<InferenceResult> oneMore = replicas.infer(LONG);
    replicas.time.pass(1);
    assertThat(failureOf(oneMore)).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(replicas.pipeline.waiting()).isEqualTo(3);
  }

  @Test
  void theOnlyReplicasMoveLosesNothing() {
    Replicas replicas = Replicas.of(1);
    replicas.refuses(0, FailureCode.DRAINING);
    List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      results.add(replicas.infer(LONG));
    }
    replicas.time.pass(200 * MILLI);
    replicas.ready(0);
    replicas.time.pass(200 * MILLI);
    assertThat(results).as("the old replica is not asked again").noneMatch(r -> r.isDone());
    replicas.answersAfter(1, MILLI);
    replicas.ready(0, 1);
    replicas.time.pass(10 * MILLI);
    assertThat(results).allSatisfy(r -> assertThat(answererOf(r)).isEqualTo(1));
  }

  @Test
  void aReplicaWhoseConnectionComesBackIsAskedAgain() {
    Replicas replicas = Replicas.of(1);
    replicas.does(
        0,
        sink -> {
          replicas.disconnect(0);
          sink.answered(new InferenceReply.Failed(FailureCode.CONNECTION_LOST, "reset"));
        });
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(50 * MILLI);
    replicas.answersAfter(0, MILLI);
    replicas.connect(0);
    replicas.time.pass(5 * MILLI);
    assertThat(answererOf(result)).isZero();
  }

  @Test
  void aRequestThatNodesDieOfIsGivenUp() {
    Replicas replicas = Replicas.of(8);
    for (int i = 0; i < 8; i++) {
      replicas.failsAfter(i, MILLI, new Failure(FailureCode.CONNECTION_LOST, "reset"));
    }
    CompletableFuture<InferenceResult> result = replicas.infer(LONG);
    replicas.time.pass(SECOND);
    assertThat(failureOf(result)).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(replicas.asked).hasSize(Flight.MAX_LOSSES).doesNotHaveDuplicates();
  }

  @Test
  void aCallerThatGoesAwayCancelsTheAttempt() {
    Replicas replicas = Replicas.of(1);
    replicas.isSilent(0);
    Client client = new Client(replicas.time);
    CompletableFuture<InferenceResult> result = replicas.infer(LONG, "", client);
    client.goes();
    client.goes();
    replicas.time.pass(1);
    assertThat(failureOf(result)).isEqualTo(FailureCode.CANCELLED);
    assertThat(replicas.cancelled).containsExactly(0);
    assertThat(replicas.inFlight()).isZero();

    CompletableFuture<InferenceResult> late = replicas.infer(LONG, "", client);
    replicas.time.pass(1);
    assertThat(failureOf(late)).as("gone before it began").isEqualTo(FailureCode.CANCELLED);
  }

  @Test
  void aFullModelAnswers503AndATenantOverItsShare429BothWithATime() {
    Replicas replicas =
        new Replicas(
            FailoverSettings.DEFAULT,
            new AdmissionSettings(
                new LimitSettings(20, 20, 20, 3, Duration.ZERO), TenantWeights.EQUAL),
            1);
    replicas.ready(0);
    replicas.isSilent(0);
    for (int i = 0; i < 17; i++) {
      assertThat(replicas.infer(LONG, "greedy", Caller.PATIENT)).isNotDone();
    }
    Failure full = refusal(replicas.infer(LONG, "greedy", Caller.PATIENT));
    assertThat(full.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(replicas.infer(LONG, "modest", Caller.PATIENT)).isNotDone();
    Failure overShare = refusal(replicas.infer(LONG, "greedy", Caller.PATIENT));
    assertThat(overShare.code()).isEqualTo(FailureCode.RESOURCE_EXHAUSTED);
    assertThat(overShare.message()).contains("tenant 'greedy'").contains("limit of 20");
    assertThat(replicas.inFlight()).isEqualTo(18);
  }

  private static Failure refusal(CompletableFuture<InferenceResult> result) {
    assertThat(result).isCompletedExceptionally();
    Throwable thrown = result.handle((value, failure) -> failure).join();
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return ((InferenceException) Objects.requireNonNull(cause)).failure();
  }
}
