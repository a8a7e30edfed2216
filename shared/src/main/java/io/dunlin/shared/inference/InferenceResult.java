package io.dunlin.shared.inference;

import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.NamedTensor;
import java.util.List;
import java.util.Optional;

/**
 * What a replica answered.
 *
 * @param replica who computed it; names the model version too
 * @param outputs wanted outputs, in the signature's order
 * @param timings where the time went
 */
public record InferenceResult(ReplicaId replica, List<NamedTensor> outputs, Timings timings) {
  public Optional<NamedTensor> output(String name) {
    for (NamedTensor output : outputs) {
      if (output.name().equals(name)) {
        return Optional.of(output);
      }
    }
    return Optional.empty();
  }
}
