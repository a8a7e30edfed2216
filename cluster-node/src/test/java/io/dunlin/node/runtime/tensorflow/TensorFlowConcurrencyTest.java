package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.tensor.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TensorFlowConcurrencyTest {
  private static final int THREADS = 6;

  @Test
  void givesEachOfManyThreadsItsOwnAnswer() throws Exception {
    try (LoadedModel numbers = Examples.load("half_plus_two");
        LoadedModel texts = Examples.load("string_identity");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        float base = 1000f * t;
        String name = "thread " + t + " with a name longer than a cell";
        tasks.add(
            () -> {
              for (int i = 0; i < 300; i++) {
                assertThat(
                        numbers.run(
                            Signature.DEFAULT_NAME, Values.inputs(Values.column(base + i, i))))
                    .containsExactly(Values.column((base + i) / 2 + 2, i / 2f + 2));
                assertThat(
                        texts.run(
                            Signature.DEFAULT_NAME,
                            Values.inputs(Values.strings(name + i, "" + i))))
                    .containsExactly(Values.strings(name + i, "" + i));
              }
              return true;
            });
      }
      for (Future<Boolean> task : threads.invokeAll(tasks)) {
        assertThat(task.get()).isTrue();
      }
    }
  }

  @Test
  void closesUnderRunningThreadsWithoutAWrongAnswer() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int round = 0; round < 5; round++) {
        LoadedModel model = Examples.load("half_plus_two");
        CountDownLatch running = new CountDownLatch(THREADS);
        List<Future<Long>> tasks = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          tasks.add(threads.submit(() -> runUntilClosed(model, running)));
        }
        running.await();
        model.close();
        for (Future<Long> task : tasks) {
          assertThat(task.get()).isPositive();
        }
      }
    }
  }

  /** The number of right answers before the model was closed. */
  private static long runUntilClosed(LoadedModel model, CountDownLatch running) throws Exception {
    for (long runs = 0; ; runs++) {
      try {
        assertThat(model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(runs))))
            .containsExactly(Values.column(runs / 2f + 2));
      } catch (IllegalStateException closed) {
        return runs;
      }
      if (runs == 0) {
        running.countDown();
      }
    }
  }
}
