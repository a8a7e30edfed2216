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
  private final long artifactBytes;
  private final RunGate gate = new RunGate();

  /**
   * @param owner everything native, released by {@link #close}
   * @param artifactBytes what the loaded artifact holds without any run
   */
  TensorFlowModel(
      ModelDescription description,
      Map<String, SignatureCall> calls,
      NativeOwner owner,
      long artifactBytes) {
    this.description = description;
    this.calls = Map.copyOf(calls);
    this.owner = owner;
    this.artifactBytes = artifactBytes;
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

  /**
   * What the artifact holds, by {@link SavedModelFolder#loadedBytes}, and the tensors of the
   * largest run so far. Intermediate results of a run are not in it: TensorFlow tells nobody their
   * size.
   */
  @Override
  public long memoryBytes() {
    long bytes = artifactBytes;
    for (SignatureCall call : calls.values()) {
      bytes = Math.max(bytes, artifactBytes + call.largestRunBytes());
    }
    return bytes;
  }

  @Override
  public void close() {
    gate.close(owner::close);
  }
}
