package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.tfserving.ModelLookup.Available;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.util.function.Supplier;

/**
 * The body of a classify or regress request: {@code examples}, each serialized as a {@code
 * tf.Example} into one element of a string vector, behind the serialized {@code context} if there
 * is one. Two messages back to back merge when parsed; the later one's features win.
 *
 * @param target the version asked
 * @param signature the signature asked
 * @param examples the string vector
 */
record ExamplesBody(Available target, Signature signature, Tensor examples) {
  /** The only input such a signature may have. */
  private static final String INPUT_NAME = "inputs";

  private static final int EXAMPLES = 0;
  private static final int CONTEXT = 1;

  /**
   * @param target looks the version up, or throws an {@link InferenceException}
   * @throws io.dunlin.gateway.http.json.JsonSyntaxException when the body is no JSON
   * @throws JsonTypeException when its content is not as described
   * @throws InferenceException for an unknown model or signature, one that takes no examples, or
   *     examples larger than allowed
   */
  static ExamplesBody read(JsonReader in, Supplier<Available> target, int maxTensorBytes) {
    TopLevel keys = TopLevel.read(in, "examples", "context");
    String signatureName = keys.signatureName(in);
    Available version = target.get();
    Signature signature =
        version
            .signature(signatureName)
            .orElseThrow(() -> ModelLookup.unknownSignature(signatureName).toException());
    requireExamplesInput(signature);
    ExampleEncoder encoder = new ExampleEncoder(in, maxTensorBytes);
    ProtoBytes element = new ProtoBytes(maxTensorBytes);
    if (keys.has(CONTEXT)) {
      in.position(keys.position(CONTEXT));
      try {
        encoder.encode(element);
      } catch (JsonTypeException e) {
        throw new JsonTypeException("'context': " + e.getMessage());
      }
    }
    if (!keys.has(EXAMPLES)) {
      throw new JsonTypeException("When method is classify or regress, key 'examples' is expected");
    }
    in.position(keys.position(EXAMPLES));
    Tensor examples = readExamples(in, encoder, element, maxTensorBytes);
    return new ExamplesBody(version, signature, examples);
  }

  private static void requireExamplesInput(Signature signature) {
    if (signature.inputs().size() == 1) {
      TensorSpec input = signature.inputs().get(0);
      if (input.name().equals(INPUT_NAME) && input.dtype() == DataType.STRING) {
        return;
      }
    }
    throw Failure.invalidArgument(
            "Signature '"
                + signature.name()
                + "' takes no examples (expected: one input, a string tensor named '"
                + INPUT_NAME
                + "')")
        .toException();
  }

  /**
   * @param element holds the context, which each element begins with
   */
  private static Tensor readExamples(
      JsonReader in, ExampleEncoder encoder, ProtoBytes element, int maxTensorBytes) {
    if (in.kind() != Kind.ARRAY) {
      throw new JsonTypeException(
          "'examples' key must be a list/array but got JSON " + in.kind().label());
    }
    int context = element.size();
    TensorBuffer out = new TensorBuffer(DataType.STRING, in.remaining(), maxTensorBytes);
    for (boolean more = in.enterArray(); more; more = in.nextElement()) {
      element.truncate(context);
      try {
        encoder.encode(element);
        out.putString(element.array(), 0, element.size());
      } catch (JsonTypeException e) {
        throw new JsonTypeException(
            "Failed to process element: "
                + out.elements()
                + " of 'examples' list. Error: "
                + e.getMessage());
      } catch (TensorTooLargeException e) {
        throw new InferenceException(
            FailureCode.PAYLOAD_TOO_LARGE, "serialized examples: " + e.getMessage());
      }
    }
    if (out.elements() == 0) {
      throw new JsonTypeException("'examples' list is empty (expected: at least one example)");
    }
    return out.toTensorView(out.elements());
  }
}
