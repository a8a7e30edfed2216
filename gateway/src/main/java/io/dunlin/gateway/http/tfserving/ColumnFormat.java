package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementReader;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.util.List;

/**
 * The value of {@code inputs}: an object with a whole tensor for each of the signature's inputs,
 * other keys being ignored; or, for a signature with one input, that tensor itself. Nesting gives
 * the full shape, a bare scalar rank 0.
 */
final class ColumnFormat {
  private final JsonReader in;
  private final ElementReader elements;
  private final InputTensors inputs;

  private ColumnFormat(JsonReader in, InputTensors inputs) {
    this.in = in;
    this.elements = new ElementReader(in, true);
    this.inputs = inputs;
  }

  /**
   * Reads the value at hand.
   *
   * @return one tensor per input, in the signature's order
   */
  static List<Tensor> read(JsonReader in, Signature signature, int maxTensorBytes) {
    InputTensors inputs = InputTensors.begin(in, signature, maxTensorBytes);
    try {
      new ColumnFormat(in, inputs).read(signature);
      return inputs.whole();
    } finally {
      inputs.end();
    }
  }

  private void read(Signature signature) {
    if (in.kind() == Kind.OBJECT && !in.isBase64Object()) {
      readNamed();
    } else if (inputs.count() == 1) {
      readValue(0);
    } else {
      throw new JsonTypeException(
          "'inputs' is a plain value/list, but signature '"
              + signature.name()
              + "' has "
              + inputs.count()
              + " inputs (expected: an object with one key per input)");
    }
  }

  private void readNamed() {
    int likely = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      int input = inputs.inputOfKey(in, likely);
      // of equal keys the first counts
      if (input < 0 || inputs.isRead(input)) {
        in.skipValue();
        continue;
      }
      readValue(input);
      likely = input + 1 == inputs.count() ? 0 : input + 1;
    }
    for (int i = 0; i < inputs.count(); i++) {
      if (!inputs.isRead(i)) {
        throw new JsonTypeException(
            "Missing named input: " + inputs.name(i) + " in 'inputs' object.");
      }
    }
  }

  private void readValue(int input) {
    try {
      inputs.readWhole(in, elements, input);
    } catch (JsonTypeException e) {
      throw new JsonTypeException("input '" + inputs.name(input) + "': " + e.getMessage());
    } catch (TensorTooLargeException e) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE, "input '" + inputs.name(input) + "': " + e.getMessage());
    }
  }
}
