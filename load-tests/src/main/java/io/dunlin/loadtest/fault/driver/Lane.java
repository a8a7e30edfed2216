package io.dunlin.loadtest.fault.driver;

import io.dunlin.loadtest.generator.Connection;
import org.jspecify.annotations.Nullable;

/** A connection to one target and the request it carries. Used by one thread. */
final class Lane {
  final Connection connection;
  final int target;
  boolean connected;
  @Nullable Flight flight;

  /** The last one it brought an answer to. */
  @Nullable Flight answered;

  Lane(Connection connection, int target) {
    this.connection = connection;
    this.target = target;
  }
}
