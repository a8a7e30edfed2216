package io.dunlin.architecture.planted.gateway.pipeline;

/** Planted: something to see, and an arrow that is allowed. */
public final class Pipeline {
  io.dunlin.architecture.planted.gateway.routing.RoutingTable table =
      new io.dunlin.architecture.planted.gateway.routing.RoutingTable();
}
