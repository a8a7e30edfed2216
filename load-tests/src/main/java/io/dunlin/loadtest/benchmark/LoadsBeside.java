package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A subject measured while a large model comes and goes beside it, over and over: its folder is
 * moved into the model repository, and out again as soon as it serves.
 *
 * @param plain the load itself
 * @param server that loads
 * @param parked where the large model's folder lies while it is not served
 * @param place its place in the repository
 * @param progress told how often it came up in a round
 */
record LoadsBeside(
    String name,
    Subject plain,
    Servers.Listening server,
    Path parked,
    Path place,
    Consumer<String> progress)
    implements Subject {
  private static final long POLL_NANOS = 20_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Override
  public Figures round(Duration warmup, Duration length) throws IOException {
    return beside(() -> plain.round(warmup, length));
  }

  @Override
  public void record(Duration length, Path file) throws IOException {
    int unused =
        beside(
            () -> {
              plain.record(length, file);
              return 0;
            });
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T beside(Work<T> work) throws IOException {
    Cycle cycle = new Cycle();
    try (ExecutorService second = Executors.newSingleThreadExecutor()) {
      Future<Integer> loads = second.submit(cycle::run);
      T result;
      try {
        result = work.run();
      } finally {
        cycle.stopped = true;
      }
      progress.accept("  " + name + ": the large model came up " + loads.get() + " times");
      return result;
    } catch (ExecutionException e) {
      throw new IOException("loads: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private final class Cycle {
    private volatile boolean stopped;

    /** Returns how often the model came up; it is gone then. */
    private int run() throws IOException, InterruptedException {
      int loads = 0;
      try (HttpClient client = HttpClient.newHttpClient()) {
        do {
          Files.move(parked, place, StandardCopyOption.ATOMIC_MOVE);
          await(client, true);
          loads++;
          Files.move(place, parked, StandardCopyOption.ATOMIC_MOVE);
          await(client, false);
        } while (!stopped);
      }
      return loads;
    }

    private void await(HttpClient client, boolean ready) throws IOException, InterruptedException {
      URI uri =
          URI.create("http://" + server.host() + "/v2/models/" + place.getFileName() + "/ready");
      HttpRequest request =
          HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() - deadline < 0) {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if ((status == 200) == ready) {
          return;
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      throw new IOException(
          "the large model did not " + (ready ? "come up" : "go") + " within " + PATIENCE);
    }
  }
}
