package io.dunlin.architecture.planted.node.batching;

/** Planted: the data plane sees the control plane. */
final class SeesControl {
  io.dunlin.architecture.planted.node.control.Controller controller =
      new io.dunlin.architecture.planted.node.control.Controller();
}
