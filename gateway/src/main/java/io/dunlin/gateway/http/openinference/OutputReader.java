package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.InferRequestReader.invalid;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.openinference.InferDocument.RequestedOutput;

/**
 * Reads one entry of {@code outputs}. An output without {@code binary_data} is JSON, as Triton's
 * code has it.
 */
final class OutputReader {
  private final JsonReader in;
  private final FieldPath path;
  private int classes;
  private boolean binary;

  OutputReader(JsonReader in, FieldPath path) {
    this.in = in;
    this.path = path;
  }

  RequestedOutput read() {
    String name = null;
    classes = 0;
    binary = false;
    MemberSet seen = new MemberSet(path);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.keyEquals("name")) {
        path.member(seen.first("name"));
        name = in.readString();
      } else if (in.keyEquals("parameters")) {
        path.member(seen.first("parameters"));
        parameters();
      } else {
        in.skipValue();
      }
      path.member("");
    }
    if (name == null) {
      throw invalid(path + ": no 'name' (expected: a string)");
    }
    return new RequestedOutput(name, classes, binary);
  }

  private void parameters() {
    if (in.kind() == Kind.NULL) {
      in.readNull();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.key();
      path.member("parameters." + key);
      switch (key) {
        case "binary_data" -> binary = in.readBoolean();
        case "classification" -> classes = classes();
        case "shared_memory_region" -> throw InputReader.sharedMemory(path);
        default -> in.skipValue();
      }
    }
  }

  private int classes() {
    long value = in.readLong();
    if (value <= 0) {
      throw new JsonTypeException(value + " (expected: an integer > 0)");
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }
}
