package io.dunlin.architecture.planted.node.execution;

/** Planted: TensorFlow outside of its runtime. */
final class ImportsTensorFlow {
  Class<?> status = org.tensorflow.internal.c_api.TF_Status.class;
}
