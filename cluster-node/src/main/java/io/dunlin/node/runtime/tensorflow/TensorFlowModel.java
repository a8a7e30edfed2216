package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A SavedModel in a TensorFlow session. */
final class TensorFlowModel implements LoadedModel {
  private final ModelDescription description;
  private final Map<String, SignatureCall> calls;
  private final NativeOwner owner;
  private final long memoryBytes;
  private final RunGate gate = new RunGate();

  /**
   * @param owner everything native, released by {@link #close}
   */
  TensorFlowModel(
      ModelDescription description,
      Map<String, SignatureCall> calls,
      NativeOwner owner,
      long memoryBytes) {
    this.description = description;
    this.calls = Map.copyOf(calls);
    this.owner = owner;
    this.memoryBytes = memoryBytes;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public List<Tensor> run(String signature, List<Input> inputs) throws ModelRunException {
    SignatureCall call = calls.get(signature);
    if (call == null) {
      throw new ModelRunException(
          FailureCode.NOT_FOUND,
          "signature: '"
              + signature
              + "' (expected one of: "
              + String.join(", ", description.signatures().stream().map(s -> s.name()).toList())
              + ")");
    }
    long pass = gate.enter();
    try {
      return call.run(inputs);
    } finally {
      gate.leave(pass);
    }
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public void close() {
    gate.close(owner::close);
  }
}
