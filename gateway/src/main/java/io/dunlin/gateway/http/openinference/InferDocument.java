package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an infer request says, before it is held against a model.
 *
 * @param id to be echoed; empty if none was sent
 * @param inputs in the order sent, no name twice
 * @param outputs in the order sent, no name twice; empty for all
 */
record InferDocument(
    String id, Parameters parameters, List<Input> inputs, List<RequestedOutput> outputs) {

  /** An input; the tensor has the datatype and the shape the request says. */
  record Input(String name, Tensor tensor) {}

  /**
   * @param classes of the classification extension; 0 for the output itself
   * @param binary whether its bytes go behind the JSON
   */
  record RequestedOutput(String name, int classes, boolean binary) {}

  /**
   * The request parameters that mean something here.
   *
   * @param binaryOutput whether outputs are binary if none are listed
   * @param timeoutMicros 0 if none was sent
   * @param priority 0 for the default
   * @param signature the signature to call, Dunlin's own parameter {@code signature_name}; null for
   *     the default
   */
  record Parameters(
      boolean binaryOutput, long timeoutMicros, long priority, @Nullable String signature) {
    static final Parameters NONE = new Parameters(false, 0, 0, null);
  }
}
