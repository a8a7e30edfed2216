package io.dunlin.architecture.planted.node.runtime.tensorflow;

/** Planted: something to see, where TensorFlow may be imported. */
public final class Session {
  Class<?> status = org.tensorflow.internal.c_api.TF_Status.class;
}
