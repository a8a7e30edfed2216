package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.InferRequestReader.invalid;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request's parameters: known keys must have their type, keys of Triton's own are
 * refused, others pass over.
 *
 * <p>Dunlin's models keep no state between requests, so a sequence has no meaning here; its
 * parameters are checked, since clients are told of a wrong one, and have no effect.
 */
final class ParametersReader {
  private static final String RESERVED_PREFIX = "triton_";

  private final JsonReader in;
  private final FieldPath path;
  private boolean binaryOutput;
  private long timeoutMicros;
  private long priority;
  private @Nullable String signature;

  ParametersReader(JsonReader in, FieldPath path) {
    this.in = in;
    this.path = path;
  }

  InferDocument.Parameters read() {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.key();
      path.member(key);
      parameter(key);
    }
    return new InferDocument.Parameters(binaryOutput, timeoutMicros, priority, signature);
  }

  private void parameter(String key) {
    switch (key) {
      case "sequence_id" -> {
        Kind kind = in.kind();
        if (kind != Kind.STRING && kind != Kind.NUMBER) {
          throw new JsonTypeException(
              "JSON " + kind.label() + " (expected: a string or an unsigned integer)");
        }
        in.skipValue();
      }
      case "sequence_start", "sequence_end" -> in.readBoolean();
      case "binary_data_output" -> binaryOutput = in.readBoolean();
      case "timeout" -> timeoutMicros = readUnsigned(in);
      case "priority" -> priority = readUnsigned(in);
      case "signature_name" -> signature = in.readString();
      default -> {
        if (key.startsWith(RESERVED_PREFIX)) {
          throw invalid(
              "parameter keys starting with '"
                  + RESERVED_PREFIX
                  + "' are reserved for Triton usage and should not be specified: '"
                  + key
                  + "'");
        }
        in.skipValue();
      }
    }
  }

  /** Reads an integer that is not negative. */
  static long readUnsigned(JsonReader in) {
    long value = in.readLong();
    if (value < 0) {
      throw new JsonTypeException(value + " (expected: an unsigned integer)");
    }
    return value;
  }
}
