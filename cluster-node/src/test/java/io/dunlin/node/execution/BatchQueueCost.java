package io.dunlin.node.execution;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.dunlin.node.batching.Batch;
import io.dunlin.node.batching.BatchQueue;
import io.dunlin.node.batching.QueuedRequest;
import io.dunlin.node.batching.ServedSignature;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What queue and executor cost by themselves; prints one line for each measurement. Not a test: run
 * it by hand on an idle machine.
 *
 * <pre>
 * mvn -q -o -pl cluster-node -am test-compile
 * java -Xmx256m -cp ... io.dunlin.node.execution.BatchQueueCost
 * </pre>
 */
public final class BatchQueueCost {
  private static final int CLIENTS = 32;
  private static final long RUN_NANOS = 50_000;
  private static final FakeModel TEMPLATE = new FakeModel();
  private static final Tensor ROW = FakeModel.rows(1, 1, 2);

  private BatchQueueCost() {}

  public static void main(String[] args) throws Exception {
    for (int round = 0; round < 3; round++) {
      queue("one batch of 32", 32);
      queue("32 batches of 1", 1);
    }
    for (int round = 0; round < 3; round++) {
      executor("32 clients on one event loop", false, RUN_NANOS);
      executor("32 clients, a thread each   ", true, RUN_NANOS);
      executor("32 clients on one event loop, no compute", false, 0);
    }
  }

  private static InferenceRequest request() {
    return new InferenceRequest(
        "r",
        FakeModel.VERSION,
        "serving_default",
        List.of(ROW),
        List.of(),
        Deadline.after(System.nanoTime(), Duration.ofSeconds(30)),
        Priority.DEFAULT);
  }

  private static ModelSpec spec(int maxBatchSize) {
    ModelSpec plain = ModelSpec.of("double", "x");
    return new ModelSpec(
        plain.name(),
        plain.source(),
        plain.versionPolicy(),
        plain.replicas(),
        plain.device(),
        plain.memoryBytes(),
        new ModelSpec.Batching(true, maxBatchSize, Duration.ZERO, List.of()),
        plain.queue(),
        plain.timeout(),
        plain.warmup(),
        plain.placement(),
        plain.priority(),
        plain.threading());
  }

  // ---- the queue by itself: one thread, no lock

  private static void queue(String name, int maxBatchSize) {
    ServedSignature signature =
        new ServedSignature(TEMPLATE.description().signature("serving_default").orElseThrow());
    BatchQueue queue = new BatchQueue(List.of(signature), spec(maxBatchSize));
    InferenceRequest request = request();
    int rounds = 60_000;
    long bytes = allocated();
    long start = threadBean().getCurrentThreadCpuTime();
    long taken = 0;
    for (int round = 0; round < rounds; round++) {
      long now = System.nanoTime();
      for (int i = 0; i < CLIENTS; i++) {
        QueuedRequest queued = signature.enqueue(request, reply -> {}, now);
        if (queue.offer(queued, now) != null) {
          throw new AssertionError("refused");
        }
      }
      while (queue.poll(now, dropped -> {}) instanceof Batch batch) {
        taken += batch.slices().size();
        queue.finished(batch, 50_000);
      }
    }
    double requests = (double) rounds * CLIENTS;
    System.out.printf(
        "queue, 32 waiting, %s: %.0f ns of CPU and %.0f bytes a request (%d taken)%n",
        name,
        (threadBean().getCurrentThreadCpuTime() - start) / requests,
        (allocated() - bytes) / requests,
        taken);
  }

  // ---- the executor: closed loop

  /** Answers the rows it is given, after spinning for the time of a run. */
  private static final class SpinningModel implements LoadedModel {
    private final long runNanos;

    SpinningModel(long runNanos) {
      this.runNanos = runNanos;
    }

    @Override
    public ModelDescription description() {
      return TEMPLATE.description();
    }

    @Override
    public List<Tensor> run(String signature, List<Input> inputs) {
      long end = System.nanoTime() + runNanos;
      Tensor all = Tensor.concat(inputs.get(0).parts());
      while (System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      return List.of(all, all);
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static void executor(String name, boolean threads, long runNanos) throws Exception {
    ReplicaExecutor executor =
        ReplicaExecutor.start(
            new ReplicaId(FakeModel.VERSION, 0),
            new SpinningModel(runNanos),
            spec(64),
            System::nanoTime,
            ExecutionObserver.NONE);
    Load load = threads ? new ThreadLoad(executor) : new LoopLoad(executor);
    load.start();
    pass(1_500_000_000L);
    long before = load.answered();
    long bytes = totalAllocated();
    long cpu = processCpuNanos();
    ExecutionStats first = executor.stats();
    long start = System.nanoTime();
    pass(3_000_000_000L);
    double seconds = (System.nanoTime() - start) / 1e9;
    double answered = load.answered() - before;
    ExecutionStats last = executor.stats();
    double batches = last.executedBatches() - first.executedBatches();
    System.out.printf(
        "executor, %s, %d us a run: %.0f req/s, %.1f rows a batch, %.1f us a batch,"
            + " %.0f ns of CPU and %.0f bytes a request%n",
        name,
        runNanos / 1000,
        answered / seconds,
        answered / batches,
        seconds * 1e6 / batches,
        (processCpuNanos() - cpu) / answered,
        (totalAllocated() - bytes) / answered);
    load.stop();
    executor.close();
  }

  private static void pass(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private interface Load {
    void start();

    void stop() throws InterruptedException;

    long answered();
  }

  /** All clients on one thread, as on an event loop: an answer makes its client ask again. */
  private static final class LoopLoad implements Load {
    private final ReplicaExecutor executor;
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(CLIENTS);
    private volatile boolean stopping;

    LoopLoad(ReplicaExecutor executor) {
      this.executor = executor;
    }

    @Override
    public void start() {
      for (int i = 0; i < CLIENTS; i++) {
        loop.execute(this::ask);
      }
    }

    private void ask() {
      if (stopping) {
        ended.countDown();
        return;
      }
      executor.submit(
          request(),
          reply -> {
            answered.lazySet(answered.get() + 1);
            loop.execute(this::ask);
          });
    }

    @Override
    public void stop() throws InterruptedException {
      stopping = true;
      ended.await();
      loop.shutdown();
    }

    @Override
    public long answered() {
      return answered.get();
    }
  }

  /** A thread for each client, blocked while it waits. */
  private static final class ThreadLoad implements Load {
    private final ReplicaExecutor executor;
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    ThreadLoad(ReplicaExecutor executor) {
      this.executor = executor;
    }

    @Override
    public void start() {
      for (int i = 0; i < CLIENTS; i++) {
        threads.add(Thread.ofPlatform().start(this::ask));
      }
    }

    private void ask() {
      Semaphore reply = new Semaphore(0);
      while (!stopping) {
        executor.submit(request(), answer -> reply.release());
        reply.acquireUninterruptibly();
        answered.incrementAndGet();
      }
    }

    @Override
    public void stop() throws InterruptedException {
      stopping = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }

    @Override
    public long answered() {
      return answered.get();
    }
  }

  private static long allocated() {
    return threadBean().getCurrentThreadAllocatedBytes();
  }

  private static long totalAllocated() {
    return threadBean().getTotalThreadAllocatedBytes();
  }

  private static long processCpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static ThreadMXBean threadBean() {
    return (ThreadMXBean) ManagementFactory.getThreadMXBean();
  }
}
