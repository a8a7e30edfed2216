package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewBufferFromString;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.RunOptions;

/** Dunlin's options in TensorFlow's words. */
final class SessionConfig {
  /** {@code RunOptions.inter_op_thread_pool}: the calling thread runs the ops. */
  private static final int CALLING_THREAD = -1;

  private SessionConfig() {}

  static ConfigProto config(TensorFlowSettings settings, int intraOpThreads) {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(intraOpThreads)
            // A model saved with GPU placements must also run where there is none.
            .setAllowSoftPlacement(true);
    // The graph never changes after the load, so TensorFlow need not keep copies to extend it.
    config
        .getExperimentalBuilder()
        .setOptimizeForStaticGraph(true)
        .setDisableOutputPartitionGraphs(true);
    GPUOptions.Builder gpu = config.getGpuOptionsBuilder().setAllowGrowth(settings.memoryGrowth());
    switch (settings.visibleDevices()) {
      case TensorFlowSettings.ALL_DEVICES -> {}
      case TensorFlowSettings.NO_DEVICES -> config.putDeviceCount("GPU", 0);
      default -> gpu.setVisibleDeviceList(settings.visibleDevices());
    }
    return config.build();
  }

  /**
   * Session options that {@code owner} releases; they are needed only until the session is made.
   */
  static TF_SessionOptions options(
      NativeOwner owner, TensorFlowSettings settings, int intraOpThreads, NativeStatus status) {
    TF_SessionOptions options = TF_NewSessionOptions();
    owner.own(options, () -> TF_DeleteSessionOptions(options));
    byte[] bytes = config(settings, intraOpThreads).toByteArray();
    try (BytePointer memory = new BytePointer(bytes)) {
      TF_SetConfig(options, memory, bytes.length, status.handle());
    }
    return options;
  }

  /** The options of every run of a model, serialised once; null where the defaults do. */
  static @Nullable TF_Buffer runOptions(NativeOwner owner, boolean inlineOps) {
    if (!inlineOps) {
      return null;
    }
    byte[] bytes =
        RunOptions.newBuilder().setInterOpThreadPool(CALLING_THREAD).build().toByteArray();
    try (BytePointer memory = new BytePointer(bytes)) {
      TF_Buffer buffer = TF_NewBufferFromString(memory, bytes.length);
      return owner.own(buffer, () -> TF_DeleteBuffer(buffer));
    }
  }
}
