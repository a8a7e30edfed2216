package io.dunlin.architecture.planted.gateway.surprise;

/** Planted: a package nobody has placed, and its first arrow. */
final class Unplaced {
  io.dunlin.architecture.planted.gateway.routing.RoutingTable table =
      new io.dunlin.architecture.planted.gateway.routing.RoutingTable();
}
