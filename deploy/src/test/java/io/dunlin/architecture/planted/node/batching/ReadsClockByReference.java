package io.dunlin.architecture.planted.node.batching;

/** Planted: a clock passed on as a method reference is read all the same. */
final class ReadsClockByReference {
  java.util.function.LongSupplier clock = System::nanoTime;
}
