package io.dunlin.node.execution;

import static io.dunlin.node.execution.FakeModel.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On real threads; the clock is the test's, and a gate holds runs until the test lets them go. */
final class ReplicaExecutorTest {
  private static final ReplicaId REPLICA = new ReplicaId(FakeModel.VERSION, 0);
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong();
  private final Semaphore gate = new Semaphore(0);
  private final List<String> thrown = Collections.synchronizedList(new ArrayList<>());
  private FakeModel model = new FakeModel();
  private ReplicaExecutor executor = start(model, spec(64, 1));

  private ReplicaExecutor start(FakeModel fake, ModelSpec spec) {
    ExecutionObserver observer =
        new ExecutionObserver() {
          @Override
          public void answered(InferenceRequest request, long nanos, @Nullable Failure failure) {}

          @Override
          public void ran(String signature, int rows, int padding, int requests, long nanos) {}

          @Override
          public void threw(String where, Throwable problem) {
            thrown.add(where + ": " + problem.getMessage());
          }
        };
    return ReplicaExecutor.start(REPLICA, fake, spec, clock::get, observer);
  }

  /** Starts anew, with a model whose runs wait at the gate. */
  private void startGated(ModelSpec spec) {
    executor.close();
    model = new FakeModel(gate);
    executor = start(model, spec);
  }

  private static ModelSpec spec(int maxBatchSize, int lanes, Integer... allowed) {
    return spec(new Batching(true, maxBatchSize, Duration.ZERO, List.of(allowed)), lanes);
  }

  private static ModelSpec spec(Batching batching, int lanes) {
    ModelSpec plain = ModelSpec.of("double", "x");
    return new ModelSpec(
        plain.name(),
        plain.source(),
        plain.versionPolicy(),
        plain.replicas(),
        plain.device(),
        plain.memoryBytes(),
        batching,
        new ModelSpec.Queue(100, 1 << 20),
        plain.timeout(),
        plain.warmup(),
        plain.placement(),
        plain.priority(),
        new ModelSpec.Threading(lanes, 0, true));
  }

  @AfterEach
  void close() {
    gate.release(1_000_000);
    executor.close();
  }

  /** A request to come, and its answer. */
  private final class Asked {
    private final CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
    private final Attempt attempt;

    Asked(InferenceRequest request) {
      attempt =
          executor.submit(
              request,
              answer -> {
                if (!reply.complete(answer)) {
                  throw new AssertionError("answered twice: " + request.requestId());
                }
              });
    }

    InferenceReply answer() throws Exception {
      return reply.get(20, TimeUnit.SECONDS);
    }

    InferenceResult result() throws Exception {
      if (answer() instanceof InferenceReply.Completed completed) {
        return completed.result();
      }
      throw new AssertionError("failed: " + answer());
    }

    Tensor y() throws Exception {
      return result().output("y").orElseThrow().tensor();
    }

    Failure failure() throws Exception {
      if (answer() instanceof InferenceReply.Failed failed) {
        return failed.failure();
      }
      throw new AssertionError("succeeded: " + answer());
    }
  }

  private Asked ask(Tensor x) {
    return ask("serving_default", x);
  }

  private Asked ask(String signature, Tensor x) {
    return ask(signature, List.of(x), List.of(), 60 * SECOND);
  }

  private Asked ask(
      String signature, List<Tensor> inputs, List<String> outputs, long deadlineNanos) {
    return new Asked(
        new InferenceRequest(
            "r",
            FakeModel.VERSION,
            signature,
            inputs,
            outputs,
            new Deadline(deadlineNanos),
            Priority.DEFAULT));
  }

  /** A first request that occupies the only lane until the gate opens. */
  private Asked occupyLane() throws Exception {
    Asked first = ask(rows(1, 0, 0));
    model.entered.acquire();
    return first;
  }

  /** Waits until all that was queued has been answered. */
  private void drain() throws Exception {
    executor.drain(new Deadline(1000 * SECOND)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  // ---- batches

  @Test
  void requestsThatGatheredWhileTheLaneWasBusyRunAsOneBatch() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked second = ask(rows(2, 3, 4, 5, 6));
    Asked third = ask(rows(1, 7, 8));
    clock.set(7);
    gate.release(2);

    assertThat(first.y()).isEqualTo(rows(1, 0, 0));
    assertThat(second.y()).isEqualTo(rows(2, 6, 8, 10, 12));
    assertThat(third.y()).isEqualTo(rows(1, 14, 16));
    assertThat(third.result().output("sum").orElseThrow().tensor())
        .isEqualTo(rows(1, 15).reshape(1));
    assertThat(third.result().replica()).isEqualTo(REPLICA);
    assertThat(third.result().timings().queueNanos()).isEqualTo(7);
    assertThat(third.result().timings().batchRows()).isEqualTo(3);
    assertThat(third.result().timings().batchRequests()).isEqualTo(2);
    assertThat(model.runRows).containsExactly(1, 3);
  }

  @Test
  void answersOnlyWantedOutputsInTheSignaturesOrder() throws Exception {
    Tensor x = rows(1, 1, 2);

    assertThat(ask("serving_default", List.of(x), List.of("y"), SECOND).result().outputs())
        .extracting(NamedTensor::name)
        .containsExactly("y");
    assertThat(ask("serving_default", List.of(x), List.of("y", "sum"), SECOND).result().outputs())
        .extracting(NamedTensor::name)
        .containsExactly("sum", "y");
  }

  @Test
  void paddingIsRunAndDropped() throws Exception {
    executor.reconfigure(spec(8, 1, 4, 8));

    assertThat(ask(rows(3, 1, 2, 3, 4, 5, 6)).y()).isEqualTo(rows(3, 2, 4, 6, 8, 10, 12));
    assertThat(model.runRows).containsExactly(4);
    drain();
    assertThat(executor.stats().paddingRows()).isEqualTo(1);
    assertThat(executor.stats().executedRows()).isEqualTo(3);
  }

  @Test
  void aBigRequestIsSplitOverLanesAndJoinedInOrder() throws Exception {
    startGated(spec(2, 2));
    Asked big = ask(rows(5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    model.entered.acquire(2);
    gate.release(3);

    assertThat(big.y()).isEqualTo(rows(5, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20));
    assertThat(big.result().output("sum").orElseThrow().tensor())
        .isEqualTo(rows(1, 3, 7, 11, 15, 19).reshape(5));
    assertThat(model.runRows).containsExactlyInAnyOrder(2, 2, 1);
  }

  @Test
  void aRequestWithoutRowsAndAScalarRunAlone() throws Exception {
    assertThat(ask(rows(0)).y()).isEqualTo(rows(0));
    assertThat(ask("scalar", rows(1, 4).reshape()).y()).isEqualTo(rows(1, 8).reshape());
  }

  @Test
  void waitsForCompanyUntilTheBatchIsFull() throws Exception {
    executor.reconfigure(spec(new Batching(true, 2, Duration.ofDays(1), List.of()), 2));
    Asked first = ask("serving_default", List.of(rows(1, 1, 2)), List.of(), Long.MAX_VALUE);
    Asked second = ask("serving_default", List.of(rows(1, 3, 4)), List.of(), Long.MAX_VALUE);

    assertThat(first.result().timings().batchRows()).isEqualTo(2);
    assertThat(second.y()).isEqualTo(rows(1, 6, 8));
  }

  @Test
  void endsTheWaitForCompanyWhenItsTimeHasCome() throws Exception {
    executor.close();
    executor =
        ReplicaExecutor.start(
            REPLICA,
            model,
            spec(new Batching(true, 2, Duration.ofMillis(1), List.of()), 2),
            System::nanoTime,
            ExecutionObserver.NONE);
    Deadline deadline = Deadline.after(System.nanoTime(), Duration.ofSeconds(60));

    assertThat(ask("serving_default", List.of(rows(1, 1, 2)), List.of(), deadline.nanoTime()).y())
        .isEqualTo(rows(1, 2, 4));
  }

  // ---- bad input

  @Test
  void refusesWhatDoesNotFitTheSignature() throws Exception {
    Tensor x = rows(1, 1, 2);
    assertThat(ask("nope", x).failure())
        .isEqualTo(
            Failure.notFound(
                "signature: 'nope' (expected: one of"
                    + " [flat, ragged, scalar, serving_default])"));
    assertThat(ask("serving_default", List.of(x, x), List.of(), SECOND).failure())
        .isEqualTo(Failure.invalidArgument("inputs: 2 (expected: [x])"));
    Tensor ints = Tensor.of(DataType.INT32, new long[] {1, 2}, new byte[8]);
    assertThat(ask(ints).failure())
        .isEqualTo(Failure.invalidArgument("input 'x': int32 (expected: float)"));
    assertThat(ask("serving_default", List.of(x), List.of("z"), SECOND).failure())
        .isEqualTo(Failure.invalidArgument("output: 'z' (expected: one of [sum, y])"));
    assertThat(executor.stats().refusedRequests()).isEqualTo(4);
    assertThat(model.runRows).isEmpty();
  }

  @Test
  void onlyThePoisonedRequestOfABatchFails() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    List<Asked> others = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      others.add(ask(i == 5 ? rows(1, 1, FakeModel.POISON) : rows(1, i, i)));
    }
    gate.release(1000);

    for (int i = 0; i < 16; i++) {
      if (i == 5) {
        assertThat(others.get(i).failure()).isEqualTo(Failure.invalidArgument("x: poison"));
      } else {
        assertThat(others.get(i).y()).isEqualTo(rows(1, 2 * i, 2 * i));
      }
    }
    assertThat(first.answer()).isNotNull();
    drain();
    assertThat(executor.stats().repeatedRuns()).isEqualTo(8);
    assertThat(executor.stats().executedRows()).isEqualTo(17);
    assertThat(executor.stats().failedRequests()).isEqualTo(1);
    assertThat(executor.stats().completedRequests()).isEqualTo(16);
  }

  @Test
  void aBatchOfPoisonTakesLessThanTwiceAsManyRunsAsRequests() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    List<Asked> others = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      others.add(ask(rows(1, 1, FakeModel.POISON)));
    }
    gate.release(1000);

    for (Asked other : others) {
      assertThat(other.failure().code()).isEqualTo(FailureCode.INVALID_ARGUMENT);
    }
    assertThat(first.answer()).isNotNull();
    drain();
    assertThat(executor.stats().repeatedRuns()).isEqualTo(30);
  }

  @Test
  void poisonInAPartOfASplitRequestFailsItOnceAndWithdrawsTheRest() throws Exception {
    startGated(spec(2, 1));
    Asked big = ask(rows(6, 1, 1, 2, FakeModel.POISON, 3, 3, 4, 4, 5, 5, 6, 6));
    model.entered.acquire();
    Asked next = ask(rows(1, 9, 9));
    gate.release(1000);

    assertThat(big.failure()).isEqualTo(Failure.invalidArgument("x: poison"));
    assertThat(next.y()).isEqualTo(rows(1, 18, 18));
    drain();
    assertThat(model.rowMarks).doesNotContain(5f, 6f).contains(9f);
    assertThat(executor.stats().queuedRows()).isZero();
  }

  @Test
  void whatTheRuntimeThrowsFailsItsBatchAndTheLaneGoesOn() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked bug = ask(rows(1, FakeModel.BUG, 0));
    Asked beside = ask(rows(1, 1, 1));
    gate.release(1000);

    assertThat(bug.failure().code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(bug.failure().message()).contains("a bug in the runtime");
    assertThat(beside.failure().code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(ask(rows(1, FakeModel.OUT_OF_MEMORY, 0)).failure().code())
        .isEqualTo(FailureCode.INTERNAL);
    assertThat(ask(rows(1, 4, 4)).y()).isEqualTo(rows(1, 8, 8));
    assertThat(first.answer()).isNotNull();
    assertThat(thrown)
        .containsExactly("run of double/1/0: a bug in the runtime", "run of double/1/0: made up");
  }

  @Test
  void aSignatureWhoseOutputsAreNotRowByRowIsRunAloneAndRememberedAsSuch() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked a = ask("flat", rows(2, 1, 2, 3, 4));
    Asked b = ask("flat", rows(1, 5, 6));
    assertThat(executor.unbatchedSignatures()).containsExactly("scalar");
    gate.release(1000);

    assertThat(a.y()).isEqualTo(rows(1, 10).reshape(1));
    assertThat(b.y()).isEqualTo(rows(1, 11).reshape(1));
    assertThat(first.answer()).isNotNull();
    assertThat(executor.unbatchedSignatures()).containsExactly("flat", "scalar");
    drain();
    assertThat(model.runRows).containsExactly(1, 3, 2, 1);
  }

  @Test
  void aSplitRequestWhoseOutputsAreNotRowByRowIsRunAsAWhole() throws Exception {
    executor.reconfigure(spec(2, 1));
    Asked big = ask("flat", rows(5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));

    assertThat(big.y()).isEqualTo(rows(1, 10).reshape(1));
    drain();
    assertThat(model.runRows).containsExactly(2, 5);
    assertThat(executor.stats().queuedRows()).isZero();
  }

  // ---- deadlines and cancelling

  @Test
  void anExpiredRequestIsAnsweredBySweepAndNeverRun() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked late = ask("serving_default", List.of(rows(1, 5, 5)), List.of(), 10);
    clock.set(10);
    executor.sweep();

    assertThat(late.failure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    gate.release(1000);
    assertThat(first.answer()).isNotNull();
    drain();
    assertThat(model.rowMarks).doesNotContain(5f);
    assertThat(executor.stats().expiredRequests()).isEqualTo(1);
    assertThat(executor.stats().lateRows()).isZero();
  }

  @Test
  void withoutASweepALaneAnswersWhatExpiredWhileItWasBusy() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked late = ask("serving_default", List.of(rows(1, 5, 5)), List.of(), 10);
    clock.set(10);
    gate.release(1000);

    assertThat(late.failure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(first.answer()).isNotNull();
    drain();
    assertThat(model.rowMarks).doesNotContain(5f);
  }

  @Test
  void aFullQueueMakesRoomForWhatHasNotExpired() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    List<Asked> late = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      late.add(ask("serving_default", List.of(rows(1, 5, 5)), List.of(), 10));
    }
    assertThat(ask(rows(1, 6, 6)).failure().code()).isEqualTo(FailureCode.OVERLOADED);
    clock.set(10);
    Asked inTime = ask(rows(1, 7, 7));
    for (Asked each : late) {
      assertThat(each.failure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    }
    gate.release(1000);

    assertThat(inTime.y()).isEqualTo(rows(1, 14, 14));
    assertThat(first.answer()).isNotNull();
  }

  @Test
  void whatExpiresWhileABatchIsRepeatedIsNotRepeated() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked poison = ask("serving_default", List.of(rows(1, 1, FakeModel.POISON)), List.of(), 99);
    Asked late = ask("serving_default", List.of(rows(1, 5, 5)), List.of(), 10);
    Asked fine = ask("serving_default", List.of(rows(1, 6, 6)), List.of(), 99);
    gate.release();
    model.entered.acquire();
    clock.set(10);
    gate.release(1000);

    assertThat(late.failure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(poison.failure().code()).isEqualTo(FailureCode.INVALID_ARGUMENT);
    assertThat(fine.y()).isEqualTo(rows(1, 12, 12));
    assertThat(first.answer()).isNotNull();
    drain();
    assertThat(executor.stats().expiredRequests()).isEqualTo(1);
  }

  @Test
  void cancelTakesBackWhatIsQueuedAndLeavesAloneWhatRuns() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked queued = ask(rows(1, 5, 5));
    queued.attempt.cancel();
    first.attempt.cancel();

    assertThat(queued.failure().code()).isEqualTo(FailureCode.CANCELLED);
    gate.release(1000);
    assertThat(first.y()).isEqualTo(rows(1, 0, 0));
    queued.attempt.cancel();
    first.attempt.cancel();
    drain();
    assertThat(model.rowMarks).doesNotContain(5f);
    assertThat(executor.stats().cancelledRequests()).isEqualTo(1);
  }

  @Test
  void aRequestThatIsCancelledWhileItIsAnsweredCountsOnce() throws Exception {
    startGated(spec(2, 1));
    CompletableFuture<Attempt> attempt = new CompletableFuture<>();
    InferenceRequest split =
        new InferenceRequest(
            "r",
            FakeModel.VERSION,
            "serving_default",
            List.of(rows(4, 1, FakeModel.POISON, 2, 2, 3, 3, 4, 4)),
            List.of(),
            new Deadline(60 * SECOND),
            Priority.DEFAULT);
    attempt.complete(executor.submit(split, reply -> attempt.join().cancel()));
    gate.release(1000);
    drain();

    ExecutionStats stats = executor.stats();
    assertThat(stats.failedRequests()).isEqualTo(1);
    assertThat(stats.cancelledRequests()).isZero();
  }

  // ---- life

  @Test
  void drainingRefusesNewWorkAndFinishesTheOld() throws Exception {
    startGated(spec(new Batching(true, 64, Duration.ofDays(1), List.of()), 1));
    Asked first = ask(rows(1, 1, 1));
    var drained = executor.drain(new Deadline(SECOND)).toCompletableFuture();
    Asked refused = ask(rows(1, 2, 2));

    assertThat(refused.failure().code()).isEqualTo(FailureCode.DRAINING);
    assertThat(drained).isNotDone();
    gate.release(1000);
    drained.get(20, TimeUnit.SECONDS);
    assertThat(first.y()).isEqualTo(rows(1, 2, 2));
    assertThat(executor.drain(new Deadline(SECOND)).toCompletableFuture()).isCompleted();
  }

  @Test
  void drainingAnIdleExecutorIsDoneAtOnce() {
    assertThat(executor.drain(new Deadline(SECOND)).toCompletableFuture()).isCompleted();
  }

  @Test
  void theDrainDeadlineGivesBackWhatIsQueued() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked queued = ask(rows(1, 1, 1));
    var drained = executor.drain(new Deadline(10)).toCompletableFuture();
    executor.sweep();
    assertThat(queued.reply).isNotDone();
    clock.set(10);
    executor.sweep();

    assertThat(queued.failure().code()).isEqualTo(FailureCode.DRAINING);
    assertThat(drained).isNotDone();
    gate.release(1000);
    drained.get(20, TimeUnit.SECONDS);
    assertThat(first.y()).isEqualTo(rows(1, 0, 0));
  }

  @Test
  void closeAnswersWhatIsQueuedAndWaitsForWhatRuns() throws Exception {
    startGated(spec(64, 1));
    Asked first = occupyLane();
    Asked queued = ask(rows(1, 1, 1));
    var closed = CompletableFuture.runAsync(executor::close);

    assertThat(queued.failure().code()).isEqualTo(FailureCode.DRAINING);
    assertThat(closed).isNotDone();
    gate.release(1000);
    closed.get(20, TimeUnit.SECONDS);
    assertThat(first.reply).isDone();
    assertThat(ask(rows(1, 1, 1)).failure().code()).isEqualTo(FailureCode.REPLICA_GONE);
  }

  @Test
  void aSinkMayCloseTheExecutor() throws Exception {
    var closed = new CompletableFuture<Boolean>();
    executor.submit(
        new InferenceRequest(
            "r",
            FakeModel.VERSION,
            "serving_default",
            List.of(rows(1, 1, 1)),
            List.of(),
            new Deadline(SECOND),
            Priority.DEFAULT),
        reply -> {
          executor.close();
          closed.complete(true);
        });

    assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSinkThatThrowsIsReportedAndTheLaneGoesOn() throws Exception {
    executor.submit(
        new InferenceRequest(
            "thrower",
            FakeModel.VERSION,
            "serving_default",
            List.of(rows(1, 1, 1)),
            List.of(),
            new Deadline(SECOND),
            Priority.DEFAULT),
        reply -> {
          throw new IllegalStateException("no");
        });

    assertThat(ask(rows(1, 2, 2)).y()).isEqualTo(rows(1, 4, 4));
    drain();
    assertThat(thrown).containsExactly("reply sink of request thrower: no");
  }

  @Test
  void lanesCanBeAddedAndTakenAwayWhileItServes() throws Exception {
    startGated(spec(1, 1));
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      asked.add(ask(rows(1, i, i)));
    }
    model.entered.acquire();
    executor.reconfigure(spec(1, 3));
    model.entered.acquire(2);
    assertThat(executor.stats().busyLanes()).isEqualTo(3);
    executor.reconfigure(spec(1, 1));
    gate.release(3);
    model.entered.acquire();
    gate.release(1000);

    for (int i = 0; i < 6; i++) {
      assertThat(asked.get(i).y()).isEqualTo(rows(1, 2 * i, 2 * i));
    }
    drain();
    assertThat(executor.stats().executedBatches()).isEqualTo(6);
    assertThat(executor.stats().meanBatchRows()).isEqualTo(1.0);
  }
}
