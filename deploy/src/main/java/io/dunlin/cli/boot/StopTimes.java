package io.dunlin.cli.boot;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which part of an orderly end took long. A process that does not end in time is killed by
 * whoever supervises it, and then only the log tells what it was waiting for.
 */
final class StopTimes {
  private static final Logger LOG = LoggerFactory.getLogger(StopTimes.class);

  /** Parts that take longer are said as they end; quicker ones only at DEBUG. */
  private static final Duration LONG = Duration.ofSeconds(1);

  private final LongSupplier nanoClock;
  private String phase = "";
  private long beganNanos;

  private StopTimes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Follows the phases of this process's end. A task that does nothing in each of them notes when
   * it is reached, because Pekko tells nobody.
   */
  static void follow(CoordinatedShutdown shutdown, Config phases, LongSupplier nanoClock) {
    StopTimes times = new StopTimes(nanoClock);
    for (String phase : phases.root().keySet()) {
      shutdown.addTask(
          phase,
          "dunlin-time",
          () -> {
            times.reached(phase);
            return CompletableFuture.completedFuture(Done.getInstance());
          });
    }
  }

  private synchronized void reached(String next) {
    long now = nanoClock.getAsLong();
    if (!phase.isEmpty()) {
      Duration took = Duration.ofNanos(now - beganNanos);
      String line = "stopping: %s took %.1f s".formatted(phase, took.toMillis() / 1000.0);
      if (took.compareTo(LONG) >= 0) {
        LOG.info(line);
      } else {
        LOG.debug(line);
      }
    }
    phase = next;
    beganNanos = now;
  }
}
