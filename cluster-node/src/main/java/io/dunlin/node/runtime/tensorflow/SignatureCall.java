package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;

import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * A signature with its feeds and fetches found in the graph once. Thread-safe; the owner sees to it
 * that no run is under way when the session or the slots are closed.
 */
final class SignatureCall {
  private final Signature signature;
  private final TF_Session session;
  private final @Nullable TF_Buffer runOptions;
  private final TF_Output feeds;
  private final TF_Output fetches;
  private final RunSlots slots;
  private final LongAccumulator largestRunBytes = new LongAccumulator(Long::max, 0);

  SignatureCall(
      Signature signature,
      TF_Session session,
      @Nullable TF_Buffer runOptions,
      TF_Output feeds,
      TF_Output fetches,
      RunSlots slots) {
    this.signature = signature;
    this.session = session;
    this.runOptions = runOptions;
    this.feeds = feeds;
    this.fetches = fetches;
    this.slots = slots;
  }

  List<Tensor> run(List<Input> inputs) throws ModelRunException {
    int inputCount = signature.inputs().size();
    if (inputs.size() != inputCount) {
      throw new ModelRunException(
          FailureCode.INVALID_ARGUMENT,
          "inputs: "
              + inputs.size()
              + " (expected: "
              + inputCount
              + " for signature '"
              + signature.name()
              + "')");
    }
    RunSlot slot = slots.take();
    try {
      for (int i = 0; i < inputCount; i++) {
        InputWriter.write(slot, i, signature.inputs().get(i), inputs.get(i));
      }
      TF_SessionRun(
          session,
          runOptions,
          feeds,
          slot.inputArray(),
          inputCount,
          fetches,
          slot.outputArray(),
          signature.outputs().size(),
          (PointerPointer<TF_Tensor>) null,
          0,
          null,
          slot.status.handle());
      slot.status.requireRun();
      slot.takeOutputs();
      return outputs(slot);
    } finally {
      slot.releaseTensors();
      slots.give(slot);
    }
  }

  /** Bytes of inputs and outputs of the largest run that succeeded. */
  long largestRunBytes() {
    return largestRunBytes.get();
  }

  private List<Tensor> outputs(RunSlot slot) throws ModelRunException {
    Tensor[] outputs = new Tensor[signature.outputs().size()];
    long bytes = slot.inputBytes();
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = OutputReader.read(slot, signature.outputs().get(i), slot.output(i));
      bytes += outputs[i].byteSize();
    }
    largestRunBytes.accumulate(bytes);
    return Arrays.asList(outputs);
  }
}
