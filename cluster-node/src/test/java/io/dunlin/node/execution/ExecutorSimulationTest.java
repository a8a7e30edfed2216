package io.dunlin.node.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.batching.Batch;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole executor in simulated time and a random but repeatable interleaving: lanes take their
 * steps when the test says so, and while a lane runs the model everything else goes on. Replay by
 * the seed.
 */
final class ExecutorSimulationTest {
  private static final int STEPS = 500;

  /** What a caller asked and was told. */
  private static final class Call {
    final String signature;
    final Tensor x;
    final boolean poisoned;
    final List<InferenceReply> replies = new ArrayList<>();
    boolean cancelled;
    @Nullable Attempt attempt;

    Call(String signature, Tensor x, boolean poisoned) {
      this.signature = signature;
      this.x = x;
      this.poisoned = poisoned;
    }
  }

  /** A lane that moves only when stepped, and only if a real one would be awake. */
  private static final class SteppedLane implements Lane {
    private final int index;
    private final Turns turns;
    private final BatchRun run;
    private boolean started;
    private boolean permit;
    private boolean busy;
    private boolean ended;
    private ExecutionMonitor.@Nullable Turn turn;

    SteppedLane(int index, Turns turns, BatchRun run) {
      this.index = index;
      this.turns = turns;
      this.run = run;
    }

    boolean canStep(long now) {
      ExecutionMonitor.Turn last = turn;
      return started
          && !ended
          && !busy
          && (last == null
              || last.batch() != null
              || permit
              || (last.timed() && last.untilNanos() - now <= 0));
    }

    void step() {
      Batch batch = turn == null ? null : turn.batch();
      if (batch == null) {
        permit = false;
        turn = turns.next(this, null);
      } else {
        busy = true;
        BatchRun.Outcome outcome = run.run(batch);
        busy = false;
        turn = turns.next(this, outcome);
      }
      ended = turn.ends();
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public void start() {
      started = true;
    }

    @Override
    public void wake() {
      permit = true;
    }

    @Override
    public void join() {}
  }

  /** Computes as {@link FakeModel}, and lets the world go on while it does. */
  private final class NestedModel implements LoadedModel {
    private final FakeModel fake = new FakeModel();
    private int depth;

    @Override
    public ModelDescription description() {
      return fake.description();
    }

    @Override
    public List<Tensor> run(String signature, List<Input> inputs) throws ModelRunException {
      depth++;
      try {
        for (int i = random.nextInt(3); i > 0 && depth < 5; i--) {
          step();
        }
        return fake.run(signature, inputs);
      } finally {
        depth--;
      }
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private final NestedModel model = new NestedModel();
  private final List<SteppedLane> lanes = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Integer> observed = new HashMap<>();
  private Random random = new Random();
  private long now = 1000;
  private @Nullable ReplicaExecutor executor;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void everyRequestIsAnsweredOnceAndRight(long seed) {
    random = new Random(seed);
    ReplicaExecutor started = start();
    for (int i = 0; i < STEPS; i++) {
      step();
      if (i % 25 == 0) {
        settle();
        assertThat(started.stats().queuedRows()).as("no wake-up is lost").isZero();
      }
    }
    boolean drain = random.nextBoolean();
    if (drain) {
      var drained = started.drain(new Deadline(now + random.nextInt(100))).toCompletableFuture();
      settle();
      assertThat(drained).isCompleted();
      assertThat(started.stats().queuedRows()).isZero();
    }
    started.close();
    settle();
    check(started.stats());
  }

  private ReplicaExecutor start() {
    ExecutionObserver observer =
        new ExecutionObserver() {
          @Override
          public void answered(InferenceRequest request, long nanos, @Nullable Failure failure) {
            observed.merge(request.requestId(), 1, Integer::sum);
          }

          @Override
          public void ran(String signature, int rows, int padding, int requests, long nanos) {}

          @Override
          public void threw(String where, Throwable thrown) {
            assertThat(thrown).hasMessage("a bug in the runtime");
          }
        };
    ReplicaExecutor started =
        ReplicaExecutor.start(
            new ReplicaId(FakeModel.VERSION, 0),
            model,
            randomSpec(),
            () -> now,
            observer,
            (index, turns, run) -> {
              SteppedLane lane = new SteppedLane(index, turns, run);
              lanes.add(lane);
              return lane;
            });
    executor = started;
    return started;
  }

  private void step() {
    ReplicaExecutor it = executor;
    if (it == null) {
      return;
    }
    now += random.nextInt(8);
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5 -> ask(it);
      case 6 -> {
        Call call = calls.isEmpty() ? null : calls.get(random.nextInt(calls.size()));
        if (call != null && call.attempt != null) {
          call.cancelled = true;
          call.attempt.cancel();
        }
      }
      case 7 -> it.sweep();
      case 8 -> {
        if (random.nextInt(5) == 0) {
          it.reconfigure(randomSpec());
        }
      }
      default -> stepALane();
    }
  }

  private boolean stepALane() {
    List<SteppedLane> able = lanes.stream().filter(lane -> lane.canStep(now)).toList();
    if (able.isEmpty()) {
      return false;
    }
    able.get(random.nextInt(able.size())).step();
    return true;
  }

  /** Lets time pass until no lane would ever move again. */
  private void settle() {
    for (int idle = 0; idle < 100; idle++) {
      while (stepALane()) {
        idle = 0;
      }
      now += 10;
    }
  }

  private void ask(ReplicaExecutor it) {
    String signature =
        switch (random.nextInt(8)) {
          case 0 -> "flat";
          case 1, 2 -> "ragged";
          default -> "serving_default";
        };
    int rows = 1 + (random.nextInt(5) == 0 ? random.nextInt(9) : random.nextInt(2));
    int columns = signature.equals("ragged") ? 1 + random.nextInt(2) : 2;
    float[] elements = new float[rows * columns];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(1000);
    }
    boolean poisoned = random.nextInt(12) == 0;
    if (poisoned) {
      elements[random.nextInt(elements.length)] = FakeModel.POISON;
    } else if (random.nextInt(60) == 0) {
      elements[0] = FakeModel.BUG;
    }
    Call call = new Call(signature, FakeModel.rows(rows, elements), poisoned);
    InferenceRequest request =
        new InferenceRequest(
            "r" + calls.size(),
            FakeModel.VERSION,
            signature,
            List.of(call.x),
            List.of("y"),
            new Deadline(now + random.nextInt(300)),
            new Priority(random.nextInt(8)));
    calls.add(call);
    call.attempt = it.submit(request, call.replies::add);
  }

  // At least 2 rows a run: a run of one row cannot show that a signature is not row by row.
  private ModelSpec randomSpec() {
    ModelSpec plain = ModelSpec.of("double", "x");
    List<Integer> allowed = random.nextBoolean() ? List.of() : List.of(2, 4, 8);
    Duration delay = Duration.ofNanos(random.nextBoolean() ? 0 : random.nextInt(40));
    return new ModelSpec(
        plain.name(),
        plain.source(),
        plain.versionPolicy(),
        plain.replicas(),
        plain.device(),
        plain.memoryBytes(),
        new ModelSpec.Batching(random.nextInt(6) > 0, 2 + random.nextInt(8), delay, allowed),
        new ModelSpec.Queue(10 + random.nextInt(30), 100 + random.nextInt(400)),
        plain.timeout(),
        plain.warmup(),
        plain.placement(),
        plain.priority(),
        new ModelSpec.Threading(1 + random.nextInt(3), 0, true));
  }

  // ---- what must hold

  private void check(ExecutionStats stats) {
    int completed = 0;
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      assertThat(call.replies).as("answers to r%s", i).hasSize(1);
      assertThat(observed.get("r" + i)).isEqualTo(1);
      switch (call.replies.get(0)) {
        case InferenceReply.Completed done -> {
          completed++;
          assertThat(call.poisoned).isFalse();
          Tensor y = done.result().output("y").orElseThrow().tensor();
          assertThat(y).isEqualTo(unbatched(call));
        }
        case InferenceReply.Failed failed -> checkFailure(call, failed.failure().code());
      }
    }
    assertThat(completed).isEqualTo((int) stats.completedRequests()).isGreaterThan(50);
    assertThat(stats.lateRows()).isZero();
    assertThat(stats.queuedRequests()).isZero();
    assertThat(stats.inFlightRequests()).isZero();
    assertThat(
            stats.completedRequests()
                + stats.failedRequests()
                + stats.expiredRequests()
                + stats.refusedRequests()
                + stats.cancelledRequests())
        .isEqualTo(calls.size());
  }

  private static void checkFailure(Call call, FailureCode code) {
    switch (code) {
      case INVALID_ARGUMENT -> assertThat(call.poisoned).isTrue();
      case CANCELLED -> assertThat(call.cancelled).isTrue();
      default ->
          assertThat(code)
              .isIn(
                  FailureCode.INTERNAL,
                  FailureCode.DEADLINE_EXCEEDED,
                  FailureCode.OVERLOADED,
                  FailureCode.PAYLOAD_TOO_LARGE,
                  FailureCode.REPLICA_GONE,
                  FailureCode.DRAINING);
    }
  }

  private static Tensor unbatched(Call call) {
    try {
      return new FakeModel().run(call.signature, List.of(LoadedModel.Input.of(call.x))).get(1);
    } catch (ModelRunException e) {
      throw new AssertionError(e);
    }
  }
}
