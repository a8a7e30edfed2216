package io.dunlin.architecture.planted.cli;

/** Planted: a command that knows what a process is made of. */
final class CommandSeesNode {
  io.dunlin.architecture.planted.node.control.Controller controller =
      new io.dunlin.architecture.planted.node.control.Controller();
}
