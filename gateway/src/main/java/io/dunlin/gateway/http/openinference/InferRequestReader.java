package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonSyntaxException;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.openinference.InferDocument.Input;
import io.dunlin.gateway.http.openinference.InferDocument.RequestedOutput;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads an infer request's JSON in one pass and takes the binary tensors behind it. Belongs to one
 * request and one thread.
 *
 * <p>Members are taken in any order; unknown ones are passed over; {@code null} stands for an
 * absent optional one. A member given twice is refused, since servers differ in which one counts.
 */
final class InferRequestReader {
  /** Bounds what a request can make us keep before it is held against the model. */
  static final int MAX_TENSORS = 4096;

  private static final int FEW = 4;

  private final InferBody body;
  private final JsonReader in;
  private final InputReader inputReader;
  private final FieldPath path = new FieldPath();

  private InferRequestReader(InferBody body, String model, int maxTensorBytes) {
    this.body = body;
    this.in = new JsonReader(body.array(), body.jsonOffset(), body.jsonLength());
    this.inputReader = new InputReader(in, path, body, model, maxTensorBytes);
  }

  /**
   * @throws InferenceException INVALID_ARGUMENT when it is not a well-formed infer request;
   *     PAYLOAD_TOO_LARGE when its tensors together exceed the bytes allowed
   */
  static InferDocument read(InferBody body, String model, int maxTensorBytes) {
    InferRequestReader reader = new InferRequestReader(body, model, maxTensorBytes);
    try {
      return reader.document();
    } catch (JsonSyntaxException e) {
      throw invalid("failed to parse the request JSON buffer: " + e.getMessage());
    } catch (JsonTypeException e) {
      throw invalid("Unable to parse '" + reader.path + "': " + e.getMessage());
    } catch (TensorTooLargeException e) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "'" + reader.path + "': the request's input tensors exceed " + maxTensorBytes + " bytes");
    }
  }

  private InferDocument document() {
    String id = "";
    InferDocument.Parameters parameters = InferDocument.Parameters.NONE;
    List<Input> inputs = null;
    List<RequestedOutput> outputs = List.of();
    MemberSet seen = new MemberSet("request");
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.keyEquals("id")) {
        path.set(seen.first("id"));
        id = nullHere() ? "" : in.readString();
      } else if (in.keyEquals("parameters")) {
        path.set(seen.first("parameters"));
        parameters = nullHere() ? parameters : new ParametersReader(in, path).read();
      } else if (in.keyEquals("inputs")) {
        path.set(seen.first("inputs"));
        inputs = inputs();
      } else if (in.keyEquals("outputs")) {
        path.set(seen.first("outputs"));
        outputs = nullHere() ? outputs : outputs();
      } else {
        in.skipValue();
      }
      path.set("");
    }
    requireEnd();
    if (inputs == null) {
      throw invalid(
          "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'");
    }
    inputReader.requireAllBinaryUsed();
    return new InferDocument(id, parameters, inputs, outputs);
  }

  private List<Input> inputs() {
    List<Input> inputs = new ArrayList<>(FEW);
    Set<String> names = Set.of();
    for (boolean more = in.enterArray(); more; more = in.nextElement()) {
      bound(inputs.size(), "inputs");
      path.element("inputs", inputs.size());
      Input input = inputReader.read();
      if (names.contains(input.name()) || names.isEmpty() && isAmong(inputs, input.name())) {
        throw invalid("input '" + input.name() + "' already exists in request");
      }
      inputs.add(input);
      names = withNames(names, inputs);
    }
    return inputs;
  }

  private static boolean isAmong(List<Input> inputs, String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** All names, once there are more inputs than are looked through one by one. */
  private static Set<String> withNames(Set<String> names, List<Input> inputs) {
    if (inputs.size() <= FEW) {
      return names;
    }
    Set<String> all = names.isEmpty() ? new HashSet<>() : names;
    for (int i = all.size(); i < inputs.size(); i++) {
      all.add(inputs.get(i).name());
    }
    return all;
  }

  private List<RequestedOutput> outputs() {
    List<RequestedOutput> outputs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    OutputReader outputReader = new OutputReader(in, path);
    for (boolean more = in.enterArray(); more; more = in.nextElement()) {
      bound(outputs.size(), "outputs");
      path.element("outputs", outputs.size());
      RequestedOutput output = outputReader.read();
      if (!names.add(output.name())) {
        throw invalid("output '" + output.name() + "' already requested");
      }
      outputs.add(output);
    }
    return outputs;
  }

  private boolean nullHere() {
    if (in.kind() != Kind.NULL) {
      return false;
    }
    in.readNull();
    return true;
  }

  private void requireEnd() {
    int end = body.jsonOffset() + body.jsonLength();
    for (int i = body.jsonOffset() + in.position(); i < end; i++) {
      byte c = body.array()[i];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
        throw invalid(
            "failed to parse the request JSON buffer: text after the JSON object, at offset "
                + (i - body.jsonOffset())
                + " (expected: the end, at "
                + body.jsonLength()
                + ")");
      }
    }
  }

  private static void bound(int size, String list) {
    if (size >= MAX_TENSORS) {
      throw invalid(list + ": more than " + MAX_TENSORS + " (expected: at most that many)");
    }
  }

  static InferenceException invalid(String message) {
    return Failure.invalidArgument(message).toException();
  }
}
