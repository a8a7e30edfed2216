package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementReader;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON object of features into the wire bytes of a {@code tf.Example} (TensorFlow's {@code
 * example.proto} and {@code feature.proto}):
 *
 * <pre>
 * Example   { Features features = 1; }
 * Features  { map&lt;string, Feature&gt; feature = 1; }   an entry is { key = 1; value = 2; }
 * Feature   { BytesList bytes_list = 1; | FloatList float_list = 2; | Int64List int64_list = 3; }
 * BytesList { repeated bytes value = 1; }
 * FloatList { repeated float value = 1 [packed]; }
 * Int64List { repeated int64 value = 1 [packed]; }
 * </pre>
 *
 * The JSON token decides the list, one for all values of a feature: a string or {@code b64} object
 * bytes, a number with point or exponent (NaN and infinities too) float, any other number int64,
 * {@code true} and {@code false} int64 1 and 0. Of equal feature names the last counts, as in any
 * protobuf map. Reused from example to example.
 */
final class ExampleEncoder {
  private enum ListKind {
    BYTES(1, "bytes"),
    FLOAT(2, "float"),
    INT64(3, "int64");

    private final int field;
    private final String label;

    ListKind(int field, String label) {
      this.field = field;
      this.label = label;
    }
  }

  private final JsonReader in;
  private final ElementReader elements;
  private final ProtoBytes list;
  private final ProtoBytes feature;
  private final ProtoBytes entry;
  private final ProtoBytes features;

  ExampleEncoder(JsonReader in, int maxBytes) {
    this.in = in;
    this.elements = new ElementReader(in, true);
    this.list = new ProtoBytes(maxBytes);
    this.feature = new ProtoBytes(maxBytes);
    this.entry = new ProtoBytes(maxBytes);
    this.features = new ProtoBytes(maxBytes);
  }

  /**
   * Appends the object at hand as one Example.
   *
   * @throws JsonTypeException when it is no object of features
   */
  void encode(ProtoBytes out) {
    if (in.kind() != Kind.OBJECT) {
      throw new JsonTypeException("Example must be JSON object but got JSON " + in.kind().label());
    }
    features.clear();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.key();
      encodeFeature(name);
      entry.clear();
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      entry.field(1, key, 0, key.length);
      entry.field(2, feature);
      features.field(1, entry);
    }
    out.field(1, features);
  }

  private void encodeFeature(String name) {
    list.clear();
    feature.clear();
    ListKind kind = null;
    if (in.kind() != Kind.ARRAY) {
      kind = append(name, null);
    } else {
      for (boolean more = in.enterArray(); more; more = in.nextElement()) {
        kind = append(name, kind);
      }
    }
    if (kind == null) {
      // no value at all: a feature with none of the lists set
      return;
    }
    if (kind == ListKind.BYTES) {
      feature.field(kind.field, list);
      return;
    }
    entry.clear();
    entry.field(1, list);
    feature.field(kind.field, entry);
  }

  /** Appends the value at hand; says which list it belongs to. */
  private ListKind append(String name, @Nullable ListKind sameAs) {
    int start = in.position();
    ListKind kind = kindAtHand(name);
    if (sameAs != null && kind != sameAs) {
      throw failed(name, "JSON value: " + in.excerpt(start) + " expecting type: " + sameAs.label);
    }
    switch (kind) {
      case FLOAT -> list.fixed32(Float.floatToRawIntBits(in.readFloat()));
      case INT64 -> list.varint(in.kind() == Kind.BOOL ? bool() : integer(name));
      case BYTES -> appendBytes(name);
    }
    return kind;
  }

  private ListKind kindAtHand(String name) {
    return switch (in.kind()) {
      case STRING -> ListKind.BYTES;
      case NUMBER -> in.isIntegral() ? ListKind.INT64 : ListKind.FLOAT;
      case BOOL -> ListKind.INT64;
      case OBJECT -> {
        if (in.isBase64Object()) {
          yield ListKind.BYTES;
        }
        throw unexpected(name);
      }
      case ARRAY, NULL -> throw unexpected(name);
    };
  }

  private long bool() {
    return in.readBoolean() ? 1 : 0;
  }

  private long integer(String name) {
    int start = in.position();
    try {
      return in.readLong();
    } catch (JsonTypeException e) {
      throw failed(
          name, "JSON value: " + in.excerpt(start) + " is out of range. Only int64_t is supported");
    }
  }

  private void appendBytes(String name) {
    if (in.kind() == Kind.STRING) {
      byte[] utf8 = in.readString().getBytes(StandardCharsets.UTF_8);
      list.field(1, utf8, 0, utf8.length);
      return;
    }
    try {
      ByteBuffer decoded = elements.readBase64Object();
      list.field(1, decoded.array(), decoded.arrayOffset(), decoded.remaining());
    } catch (JsonTypeException e) {
      throw failed(name, String.valueOf(e.getMessage()));
    }
  }

  private JsonTypeException unexpected(String name) {
    return failed(
        name,
        "JSON value: "
            + in.excerpt(in.position())
            + " has unexpected JSON type: "
            + in.kind().label());
  }

  private static JsonTypeException failed(String name, String what) {
    return new JsonTypeException("Feature: " + name + ": " + what);
  }
}
