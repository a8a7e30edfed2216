package io.dunlin.shared.inference;

import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;

/**
 * One inference on one model version.
 *
 * @param requestId the caller's id or one made up at the gateway; the same over all attempts
 * @param version model and version, resolved
 * @param signature signature name, known to exist in that version
 * @param inputs one tensor for each of the signature's inputs, in the signature's order
 * @param outputs names of wanted outputs; empty for all
 * @param deadline when the answer is due
 * @param priority its urgency in every queue
 */
public record InferenceRequest(
    String requestId,
    ModelVersionId version,
    String signature,
    List<Tensor> inputs,
    List<String> outputs,
    Deadline deadline,
    Priority priority) {

  /** Bytes of all inputs together. */
  public long inputBytes() {
    long bytes = 0;
    for (int i = 0; i < inputs.size(); i++) {
      bytes += inputs.get(i).byteSize();
    }
    return bytes;
  }
}
