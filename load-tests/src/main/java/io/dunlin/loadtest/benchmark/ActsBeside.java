package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A subject measured while every hostile act is done once beside it; what was not answered as it
 * should be counts as a wrong answer of the subject.
 */
record ActsBeside(String name, Subject plain, HostileActs acts) implements Subject {

  @Override
  public Figures round(Duration warmup, Duration length) throws IOException {
    try (ExecutorService second = Executors.newSingleThreadExecutor()) {
      Future<List<String>> beside = second.submit(acts::all);
      Figures found = plain.round(warmup, length);
      List<String> objections = new ArrayList<>(beside.get());
      objections.addAll(found.objections());
      return found.withObjections(objections);
    } catch (ExecutionException e) {
      throw new IOException("hostile acts: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void record(Duration length, Path file) throws IOException {
    plain.record(length, file);
  }
}
