package io.dunlin.architecture.planted.cli.boot;

/** Planted: the one place that may see both. */
final class Assembles {
  io.dunlin.architecture.planted.node.control.Controller controller =
      new io.dunlin.architecture.planted.node.control.Controller();
  io.dunlin.architecture.planted.gateway.routing.RoutingTable table =
      new io.dunlin.architecture.planted.gateway.routing.RoutingTable();
}
