package io.dunlin.architecture.planted.node.replica;

/** Planted: sleeps. */
final class Sleeps {
  void rest() throws InterruptedException {
    java.util.concurrent.TimeUnit.SECONDS.sleep(0);
  }
}
