package io.dunlin.gateway.pipeline;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A caller that goes away when the test says so. */
final class Client implements Caller {
  private final Executor connection;
  private @Nullable Runnable ifGone;
  private boolean gone;

  Client(Executor connection) {
    this.connection = connection;
  }

  @Override
  public void execute(Runnable task) {
    connection.execute(task);
  }

  @Override
  public void whenGone(Runnable task) {
    ifGone = task;
    if (gone) {
      task.run();
    }
  }

  void goes() {
    gone = true;
    if (ifGone != null) {
      ifGone.run();
    }
  }
}
