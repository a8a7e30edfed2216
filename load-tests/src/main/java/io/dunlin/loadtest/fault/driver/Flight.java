package io.dunlin.loadtest.fault.driver;

import io.dunlin.loadtest.fault.oracle.Question;

/** One request from the instant it is due until it is over. Used by one thread. */
final class Flight {
  final Question question;

  /** Nanoseconds of the system's clock. */
  final long dueNanos;

  int target;
  int attempts;
  boolean over;

  Flight(Question question, long dueNanos, int target) {
    this.question = question;
    this.dueNanos = dueNanos;
    this.target = target;
  }
}
