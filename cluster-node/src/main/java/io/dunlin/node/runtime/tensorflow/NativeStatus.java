package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;

import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import java.nio.charset.StandardCharsets;
import org.tensorflow.internal.c_api.TF_Status;

/** The out-parameter of a TensorFlow call; reusable, for one thread at a time. */
final class NativeStatus implements AutoCloseable {
  private final TF_Status handle = TF_NewStatus();

  TF_Status handle() {
    return handle;
  }

  boolean ok() {
    return TF_GetCode(handle) == TF_OK;
  }

  String brief() {
    return StatusTranslation.brief(
        new String(TF_Message(handle).getStringBytes(), StandardCharsets.UTF_8));
  }

  void requireLoaded(String what) throws ModelLoadException {
    if (!ok()) {
      throw new ModelLoadException(what + ": " + brief());
    }
  }

  void requireRun() throws ModelRunException {
    int code = TF_GetCode(handle);
    if (code != TF_OK) {
      throw new ModelRunException(StatusTranslation.code(code), brief());
    }
  }

  @Override
  public void close() {
    TF_DeleteStatus(handle);
  }
}
