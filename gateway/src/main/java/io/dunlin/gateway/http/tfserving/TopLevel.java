package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import java.util.Arrays;

/**
 * Where the values of a request's known keys lie, found in a pass over the whole document that also
 * proves its syntax. Of equal keys the first counts; unknown ones are ignored.
 */
final class TopLevel {
  static final String SIGNATURE_NAME = "signature_name";

  private static final int ABSENT = -1;

  private final int[] positions;
  private int signatureName = ABSENT;

  private TopLevel(int keys) {
    positions = new int[keys];
    Arrays.fill(positions, ABSENT);
  }

  /**
   * @param keys the keys looked for, besides {@code signature_name}
   */
  static TopLevel read(JsonReader in, String... keys) {
    if (in.kind() != Kind.OBJECT) {
      String label = in.kind().label();
      in.skipValue();
      throw new JsonTypeException("Request body must be a JSON object but got JSON " + label);
    }
    TopLevel found = new TopLevel(keys.length);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      found.note(in, keys);
      in.skipValue();
    }
    return found;
  }

  private void note(JsonReader in, String[] keys) {
    if (signatureName == ABSENT && in.keyEquals(SIGNATURE_NAME)) {
      signatureName = in.position();
    }
    for (int i = 0; i < keys.length; i++) {
      if (positions[i] == ABSENT && in.keyEquals(keys[i])) {
        positions[i] = in.position();
      }
    }
  }

  boolean has(int key) {
    return positions[key] != ABSENT;
  }

  /** Where the value of that key begins. */
  int position(int key) {
    return positions[key];
  }

  /** The signature named, empty if none is. */
  String signatureName(JsonReader in) {
    if (signatureName == ABSENT) {
      return "";
    }
    in.position(signatureName);
    if (in.kind() != Kind.STRING) {
      throw new JsonTypeException(
          "JSON Value: "
              + in.excerpt(signatureName)
              + ": 'signature_name' key must be a string value.");
    }
    return in.readString();
  }
}
