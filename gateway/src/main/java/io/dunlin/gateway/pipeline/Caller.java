package io.dunlin.gateway.pipeline;

import java.util.concurrent.Executor;

/**
 * Who waits for the answer to one request: where its work goes on, and whether it still waits.
 *
 * <p>An answer arrives on a thread that has other work to do (a lane, a connection to a node, the
 * deadline timer). Handing it straight to where the response is written costs one hand-over, where
 * a pool in between would cost two.
 */
public interface Caller extends Executor {
  /** One that goes on wherever the answer arrives, and never leaves. */
  Caller PATIENT =
      new Caller() {
        @Override
        public void execute(Runnable task) {
          task.run();
        }

        @Override
        public void whenGone(Runnable task) {}
      };

  /** Runs the task soon; the tasks of one caller run in order, never two at a time. */
  @Override
  void execute(Runnable task);

  /**
   * Runs the task if the caller leaves before its request is answered; at once if it has left. A
   * caller has one such task, the last one it was given.
   */
  void whenGone(Runnable task);
}
