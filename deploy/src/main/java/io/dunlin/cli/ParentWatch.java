package io.dunlin.cli;

import java.io.IOException;

/**
 * Ends a supervised process when its supervisor is gone, however it went: the pipe that is this
 * process's standard input closes with it.
 */
final class ParentWatch {

  /** Set by the supervisor on the processes it starts. */
  static final String PROPERTY = "dunlin.supervised";

  private ParentWatch() {}

  static void start(Runnable stop) {
    if (Boolean.getBoolean(PROPERTY)) {
      Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(stop));
    }
  }

  private static void watch(Runnable stop) {
    try {
      while (System.in.read() >= 0) {
        // The supervisor writes nothing; what counts is that the pipe is open.
        continue;
      }
    } catch (IOException e) {
      // A broken pipe says the same as a closed one.
      stop.run();
      return;
    }
    stop.run();
  }
}
