package io.dunlin.architecture.planted.shared.model;

/** Planted: shared sees a module. */
final class SeesGateway {
  io.dunlin.architecture.planted.gateway.routing.RoutingTable table =
      new io.dunlin.architecture.planted.gateway.routing.RoutingTable();
}
