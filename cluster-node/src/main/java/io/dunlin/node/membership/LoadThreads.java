package io.dunlin.node.membership;

import io.dunlin.node.host.HostCalls;
import io.dunlin.node.runtime.ModelRuntime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that load, warm up and unload; their number is the node's load permits. They are less
 * urgent than those that serve, so that a neighbour does not feel a load.
 */
final class LoadThreads {
  private static final Logger LOG = LoggerFactory.getLogger(LoadThreads.class);

  private LoadThreads() {}

  /**
   * @param nice how much less urgent, 0 (not at all) to 19
   * @param runtime prepared first by each thread: what it starts for the whole process must not
   *     inherit the low priority
   */
  static ExecutorService start(int permits, int nice, ModelRuntime runtime) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        permits,
        task -> {
          Thread thread =
              new Thread(
                  () -> {
                    prepare(runtime);
                    lower(nice);
                    task.run();
                  },
                  "dunlin-load-" + number.getAndIncrement());
          thread.setDaemon(true);
          thread.setPriority(nice > 0 ? Thread.MIN_PRIORITY : Thread.NORM_PRIORITY);
          return thread;
        });
  }

  private static void prepare(ModelRuntime runtime) {
    try {
      runtime.prepare();
    } catch (RuntimeException | LinkageError e) {
      // Every load will fail with the same words, in its replica's report.
      LOG.error("{} cannot be used: {}", runtime.platform(), e.toString());
    }
  }

  private static void lower(int nice) {
    if (nice > 0 && !HostCalls.lowerThreadPriority(nice)) {
      LOG.debug("loads run at normal priority: it cannot be set here");
    }
  }
}
