package io.dunlin.architecture.planted.gateway.http;

/** Planted: the gateway sees the node. */
final class SeesNode {
  io.dunlin.architecture.planted.node.control.Controller controller =
      new io.dunlin.architecture.planted.node.control.Controller();
}
