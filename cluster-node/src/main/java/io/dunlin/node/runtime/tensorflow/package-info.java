/**
 * TensorFlow SavedModels through TensorFlow's C API; the only package that knows TensorFlow.
 *
 * <p>Decides how a SavedModel's folder becomes a {@link io.dunlin.node.runtime.LoadedModel}: which
 * graph of the file is taken, which signatures are offered, how tensors cross into native memory
 * and back, and which failures are the caller's.
 *
 * <p>Starting points: {@link io.dunlin.node.runtime.tensorflow.TensorFlowRuntime}; then {@link
 * io.dunlin.node.runtime.tensorflow.SavedModelFile} (pure reading), {@link
 * io.dunlin.node.runtime.tensorflow.SignatureReader} (pure decision), {@link
 * io.dunlin.node.runtime.tensorflow.TensorFlowModel} and {@link
 * io.dunlin.node.runtime.tensorflow.SignatureCall} (a run). Upstream: the replica's execution.
 * Downstream: the native library of {@code org.tensorflow:tensorflow-core-native}.
 *
 * <p>Invariants: everything native has one owner that releases it by hand, nothing waits for the
 * garbage collector; nothing a caller sends reaches a native call that would end the process
 * (TensorFlow aborts on shapes it cannot represent).
 */
@NullMarked
package io.dunlin.node.runtime.tensorflow;

import org.jspecify.annotations.NullMarked;
