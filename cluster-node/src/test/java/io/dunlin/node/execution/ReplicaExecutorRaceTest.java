package io.dunlin.node.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real threads that race: each submits, cancels and reconfigures while lanes run, and the executor
 * is drained and closed under them. The interleaving is the machine's; what is asked is the seed's.
 */
final class ReplicaExecutorRaceTest {
  private static final int THREADS = 4;
  private static final int REQUESTS = 600;

  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger twice = new AtomicInteger();
  private final CountDownLatch answered = new CountDownLatch(THREADS * REQUESTS);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyRequestIsAnsweredOnceAndRight(long seed) throws Exception {
    FakeModel model = new FakeModel();
    ReplicaExecutor executor =
        ReplicaExecutor.start(
            new ReplicaId(FakeModel.VERSION, 0),
            model,
            spec(new Random(seed)),
            System::nanoTime,
            ExecutionObserver.NONE);
    CountDownLatch half = new CountDownLatch(THREADS * REQUESTS / 2);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random random = new Random(seed * 100 + t);
      threads.add(Thread.ofPlatform().start(() -> submitAll(executor, random, half)));
    }
    half.await();
    var drained =
        executor
            .drain(Deadline.after(System.nanoTime(), Duration.ofSeconds(30)))
            .toCompletableFuture();
    drained.get(30, TimeUnit.SECONDS);
    executor.close();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answers).hasValue(THREADS * REQUESTS);
    assertThat(twice).hasValue(0);
    assertThat(wrong).hasValue(0);
    ExecutionStats stats = executor.stats();
    assertThat(stats.lateRows()).isZero();
    assertThat(stats.queuedRequests()).isZero();
    assertThat(
            stats.completedRequests()
                + stats.failedRequests()
                + stats.expiredRequests()
                + stats.refusedRequests()
                + stats.cancelledRequests())
        .isEqualTo(THREADS * REQUESTS);
  }

  private void submitAll(ReplicaExecutor executor, Random random, CountDownLatch half) {
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      attempts.add(submit(executor, random));
      if (random.nextInt(8) == 0) {
        attempts.get(random.nextInt(attempts.size())).cancel();
      }
      if (random.nextInt(100) == 0) {
        executor.reconfigure(spec(random));
      }
      if (random.nextInt(50) == 0) {
        executor.sweep();
      }
      half.countDown();
    }
  }

  private Attempt submit(ReplicaExecutor executor, Random random) {
    int rows = 1 + (random.nextInt(10) == 0 ? random.nextInt(12) : 0);
    float[] elements = new float[2 * rows];
    float[] doubled = new float[2 * rows];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(1000);
      doubled[i] = 2 * elements[i];
    }
    boolean poisoned = random.nextInt(40) == 0;
    if (poisoned) {
      elements[random.nextInt(elements.length)] = FakeModel.POISON;
    }
    Tensor expected = FakeModel.rows(rows, doubled);
    Duration timeout =
        random.nextInt(5) == 0 ? Duration.ofNanos(random.nextInt(300_000)) : Duration.ofMinutes(1);
    AtomicInteger own = new AtomicInteger();
    return executor.submit(
        new InferenceRequest(
            "r",
            FakeModel.VERSION,
            "serving_default",
            List.of(FakeModel.rows(rows, elements)),
            List.of("y"),
            Deadline.after(System.nanoTime(), timeout),
            new Priority(random.nextInt(8))),
        reply -> {
          if (reply instanceof InferenceReply.Completed done
              && (poisoned || !done.result().outputs().get(0).tensor().equals(expected))) {
            wrong.incrementAndGet();
          }
          if (own.incrementAndGet() > 1) {
            twice.incrementAndGet();
          }
          answers.incrementAndGet();
          answered.countDown();
        });
  }

  private static ModelSpec spec(Random random) {
    ModelSpec plain = ModelSpec.of("double", "x");
    Duration delay = Duration.ofNanos(random.nextBoolean() ? 0 : random.nextInt(50_000));
    return new ModelSpec(
        plain.name(),
        plain.source(),
        plain.versionPolicy(),
        plain.replicas(),
        plain.device(),
        plain.memoryBytes(),
        new Batching(true, 2 + random.nextInt(16), delay, List.of()),
        new ModelSpec.Queue(500, 1 << 20),
        plain.timeout(),
        plain.warmup(),
        plain.placement(),
        plain.priority(),
        new ModelSpec.Threading(1 + random.nextInt(3), 0, true));
  }
}
