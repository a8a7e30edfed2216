package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonSyntaxException;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.tfserving.ModelLookup.Available;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a predict request as tensors.
 *
 * <p>TensorFlow Serving parses the whole document before it looks at anything, so a broken body is
 * told before an unknown model, and that before a wrong tensor; and {@code signature_name}, which
 * says how to read the tensors, may come after them. Nearly all bodies are well formed and name
 * their signature first or not at all: {@link #inOnePass} reads those in one go. Wherever that
 * fails, for whatever reason, {@link #inOrder} starts again, with a pass over the whole document
 * first, and tells the mistake that comes first in TensorFlow Serving's order: syntax, {@code
 * signature_name}, model, signature, keys, tensors.
 *
 * @param target the version asked
 * @param signature the signature asked
 * @param rows whether the tensors came as {@code instances}, so that the answer is by rows too
 * @param inputs one per input of the signature, in its order
 */
record PredictBody(Available target, Signature signature, boolean rows, List<Tensor> inputs) {
  private static final String INSTANCES = "instances";
  private static final String INPUTS = "inputs";

  /**
   * @param target looks the version up, or throws an {@link InferenceException}
   * @throws JsonSyntaxException when the body is no JSON
   * @throws JsonTypeException when its content does not fit the signature
   * @throws InferenceException for an unknown model or signature, an element type JSON cannot
   *     carry, or tensors larger than allowed
   */
  static PredictBody read(JsonReader in, Supplier<Available> target, int maxTensorBytes) {
    int start = in.position();
    PredictBody body = null;
    try {
      body = inOnePass(in, target, maxTensorBytes);
    } catch (RuntimeException e) {
      if (!isMistakeOfCaller(e)) {
        throw e;
      }
    }
    if (body != null) {
      return body;
    }
    in.position(start);
    return inOrder(in, target, maxTensorBytes);
  }

  private static boolean isMistakeOfCaller(RuntimeException e) {
    return e instanceof JsonSyntaxException
        || e instanceof JsonTypeException
        || e instanceof InferenceException;
  }

  /** The body, or null where only {@link #inOrder} can tell. */
  private static @Nullable PredictBody inOnePass(
      JsonReader in, Supplier<Available> target, int maxTensorBytes) {
    Available version = target.get();
    String signatureName = null;
    Signature signature = null;
    boolean rows = false;
    List<Tensor> inputs = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      boolean instances = in.keyEquals(INSTANCES);
      if (instances || in.keyEquals(INPUTS)) {
        String name = signatureName == null ? "" : signatureName;
        signature = version.signature(name).orElse(null);
        if (signature == null || inputs != null) {
          return null;
        }
        rows = instances;
        inputs =
            rows
                ? RowFormat.read(in, signature, maxTensorBytes)
                : ColumnFormat.read(in, signature, maxTensorBytes);
      } else if (signatureName == null && in.keyEquals(TopLevel.SIGNATURE_NAME)) {
        signatureName = in.readString();
        if (signature != null && !signature.name().equals(nameOrDefault(signatureName))) {
          return null;
        }
      } else {
        in.skipValue();
      }
    }
    return signature == null || inputs == null
        ? null
        : new PredictBody(version, signature, rows, inputs);
  }

  private static PredictBody inOrder(
      JsonReader in, Supplier<Available> target, int maxTensorBytes) {
    TopLevel keys = TopLevel.read(in, INSTANCES, INPUTS);
    String signatureName = keys.signatureName(in);
    Available version = target.get();
    Signature signature =
        version
            .signature(signatureName)
            .orElseThrow(() -> ModelLookup.unknownSignature(signatureName).toException());
    boolean rows = keys.has(0);
    if (rows && keys.has(1)) {
      throw new JsonTypeException(
          "Not formatted correctly: both 'inputs' and 'instances' keys (expected: one of them)");
    }
    if (!rows && !keys.has(1)) {
      throw new JsonTypeException("Missing 'inputs' or 'instances' key");
    }
    in.position(keys.position(rows ? 0 : 1));
    List<Tensor> inputs =
        rows
            ? RowFormat.read(in, signature, maxTensorBytes)
            : ColumnFormat.read(in, signature, maxTensorBytes);
    return new PredictBody(version, signature, rows, inputs);
  }

  private static String nameOrDefault(String name) {
    return name.isEmpty() ? Signature.DEFAULT_NAME : name;
  }
}
