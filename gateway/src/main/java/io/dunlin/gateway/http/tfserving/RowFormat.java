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
 * The value of {@code instances}: a list with one element per row. Each element is an object with
 * exactly the signature's inputs; or, for a signature with one input, that input's bare value. The
 * first element decides which. Rows have equal shapes; their number becomes the first dimension.
 */
final class RowFormat {
  private final JsonReader in;
  private final Signature signature;
  private final ElementReader elements;
  private final InputTensors inputs;

  private RowFormat(JsonReader in, Signature signature, InputTensors inputs) {
    this.in = in;
    this.signature = signature;
    this.inputs = inputs;
    this.elements = new ElementReader(in, true);
  }

  /**
   * Reads the value at hand.
   *
   * @return one tensor per input, in the signature's order
   */
  static List<Tensor> read(JsonReader in, Signature signature, int maxTensorBytes) {
    if (in.kind() != Kind.ARRAY) {
      throw new JsonTypeException(
          "Request 'instances' key must be a list/array but got JSON " + in.kind().label());
    }
    InputTensors inputs = InputTensors.begin(in, signature, maxTensorBytes);
    try {
      return inputs.stacked(new RowFormat(in, signature, inputs).readRows());
    } finally {
      inputs.end();
    }
  }

  private long readRows() {
    if (!in.enterArray()) {
      throw new JsonTypeException("No values in 'instances' list.");
    }
    boolean named = isNamed();
    if (!named && inputs.count() != 1) {
      throw new JsonTypeException(
          "'instances' is a plain list, but signature '"
              + signature.name()
              + "' has "
              + inputs.count()
              + " inputs (expected: a list of objects with one key per input)");
    }
    int row = 0;
    do {
      if (row > 0 && isNamed() != named) {
        throw new JsonTypeException(
            (named ? "Expecting object but got list/value" : "Expecting value/list but got object")
                + " at element: "
                + row
                + " of 'instances' list");
      }
      if (named) {
        readNamedRow(row);
      } else {
        readValue(row, 0, false);
      }
      row++;
    } while (in.nextElement());
    return row;
  }

  /** A base64 object is a value. */
  private boolean isNamed() {
    return in.kind() == Kind.OBJECT && !in.isBase64Object();
  }

  private void readNamedRow(int row) {
    int count = 0;
    int likely = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      int input = inputs.inputOfKey(in, likely);
      if (input < 0) {
        throw wrongKeys(row, "has key '" + in.key() + "'");
      }
      if (!inputs.isFirstIn(row, input)) {
        throw wrongKeys(row, "has key '" + inputs.name(input) + "' twice");
      }
      readValue(row, input, true);
      count++;
      likely = input + 1 == inputs.count() ? 0 : input + 1;
    }
    if (count < inputs.count()) {
      for (int i = 0; i < inputs.count(); i++) {
        if (!inputs.isIn(row, i)) {
          throw wrongKeys(row, "lacks key '" + inputs.name(i) + "'");
        }
      }
    }
  }

  private void readValue(int row, int input, boolean named) {
    try {
      inputs.readRow(in, elements, input);
    } catch (JsonTypeException e) {
      throw failed(row, input, named, String.valueOf(e.getMessage()));
    } catch (InferenceException e) {
      if (e.failure().code() != FailureCode.UNIMPLEMENTED) {
        throw e;
      }
      throw failed(row, input, named, e.failure().message());
    } catch (TensorTooLargeException e) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE, "input '" + inputs.name(input) + "': " + e.getMessage());
    }
  }

  private JsonTypeException failed(int row, int input, boolean named, String message) {
    String key = named ? " key: " + inputs.name(input) : "";
    return new JsonTypeException(
        "Failed to process element: " + row + key + " of 'instances' list. Error: " + message);
  }

  private JsonTypeException wrongKeys(int row, String what) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < inputs.count(); i++) {
      names.append(i == 0 ? "" : ", ").append(inputs.name(i));
    }
    return new JsonTypeException(
        "Failed to process element: "
            + row
            + " of 'instances' list. Error: JSON object "
            + what
            + " (expected: exactly the inputs of signature '"
            + signature.name()
            + "': "
            + names
            + ")");
  }
}
