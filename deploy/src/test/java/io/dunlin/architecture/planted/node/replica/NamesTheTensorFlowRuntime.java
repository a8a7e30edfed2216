package io.dunlin.architecture.planted.node.replica;

/** Planted: past the interface of the runtime. */
final class NamesTheTensorFlowRuntime {
  io.dunlin.architecture.planted.node.runtime.tensorflow.Session session =
      new io.dunlin.architecture.planted.node.runtime.tensorflow.Session();
}
