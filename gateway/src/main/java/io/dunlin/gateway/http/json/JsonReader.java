package io.dunlin.gateway.http.json;

import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks over one JSON document in a byte array, at the caller's pace: the caller asks for the kind
 * of value at hand and enters, reads or skips it. Nesting costs the reader nothing but one bit per
 * level, so no document can exhaust a stack. What follows the first value is ignored.
 *
 * <pre>
 * for (boolean more = in.enterObject(); more; more = in.nextMember()) {
 *   if (in.keyEquals("id")) { id = in.readString(); } else { in.skipValue(); }
 * }
 * </pre>
 *
 * <p>Grammar: RFC 8259, and as numbers also the bare tokens {@code NaN}, {@code Infinity}, {@code
 * Inf} and their negatives. Errors: {@link JsonSyntaxException} where the bytes are no JSON, {@link
 * JsonTypeException} where the value is of another kind than asked for.
 */
public final class JsonReader {
  /** What a value begins with. */
  public enum Kind {
    OBJECT("Object"),
    ARRAY("Array"),
    STRING("String"),
    NUMBER("Number"),
    BOOL("Bool"),
    NULL("Null");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The word used in error texts, such as {@code Object}. */
    public String label() {
      return label;
    }
  }

  private static final int EXCERPT_BYTES = 64;

  private final byte[] bytes;
  private final int from;
  private final int limit;
  private int at;
  private char opened;
  private final NumberToken number = new NumberToken();
  private final StringToken string = new StringToken();

  /** A reader at the beginning of the document that lies in a part of an array. */
  public JsonReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.from = offset;
    this.limit = offset + length;
    this.at = offset;
  }

  /** Where the reader stands, in bytes from the beginning of the document. */
  public int position() {
    return at - from;
  }

  /** Goes back, or forth, to a place where {@link #position} has been. */
  public void position(int position) {
    at = from + position;
  }

  /** Bytes from here to the end of the document. */
  public int remaining() {
    return limit - at;
  }

  /** The kind of the value at hand. */
  public Kind kind() {
    return switch (skipSpace()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOL;
      case 'n' -> Kind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'N', 'I' -> Kind.NUMBER;
      default -> throw invalidValue();
    };
  }

  /**
   * Enters the object at hand.
   *
   * @return true with the first key read and its value at hand; false if the object is empty, and
   *     then it is left already
   */
  public boolean enterObject() {
    expect(Kind.OBJECT);
    at++;
    if (skipSpace() == '}') {
      at++;
      return false;
    }
    readKey();
    return true;
  }

  /**
   * Goes on after a member's value.
   *
   * @return true with the next key read and its value at hand; false if the object ended
   */
  public boolean nextMember() {
    byte c = skipSpace();
    at++;
    if (c == '}') {
      return false;
    }
    if (c != ',') {
      at--;
      throw syntax("Missing a comma or } after an object member.");
    }
    skipSpace();
    readKey();
    return true;
  }

  /**
   * Enters the array at hand.
   *
   * @return true with the first element at hand; false if the array is empty, and then it is left
   *     already
   */
  public boolean enterArray() {
    expect(Kind.ARRAY);
    at++;
    if (skipSpace() == ']') {
      at++;
      return false;
    }
    return true;
  }

  /**
   * Goes on after an element.
   *
   * @return true with the next element at hand; false if the array ended
   */
  public boolean nextElement() {
    byte c = skipSpace();
    at++;
    if (c == ',') {
      return true;
    }
    if (c == ']') {
      return false;
    }
    at--;
    throw syntax("Missing a comma or ] after an array element.");
  }

  /** Whether the key read last is this text; only until the member's value is read. */
  public boolean keyEquals(String name) {
    return string.contentEquals(name);
  }

  /** The key read last; only until the member's value is read. */
  public String key() {
    return string.text();
  }

  /** Reads a string as text. */
  public String readString() {
    expect(Kind.STRING);
    scanString();
    return string.text();
  }

  /** Reads {@code true} or {@code false}. */
  public boolean readBoolean() {
    expect(Kind.BOOL);
    return scanBoolean();
  }

  /** Reads a number written as an integer (no point, no exponent) that fits a long. */
  public long readLong() {
    expect(Kind.NUMBER);
    int start = position();
    NumberToken token = scanNumber();
    if (!token.isIntegerWithin(Long.MIN_VALUE, Long.MAX_VALUE)) {
      throw mismatch(start, "int64");
    }
    return token.longValue();
  }

  /** Reads any number as a float; what is too large becomes an infinity. */
  public float readFloat() {
    expect(Kind.NUMBER);
    return scanNumber().floatValue();
  }

  /** Reads any number as a double; what is too large becomes an infinity. */
  public double readDouble() {
    expect(Kind.NUMBER);
    return scanNumber().doubleValue();
  }

  /** Reads {@code null}. */
  public void readNull() {
    expect(Kind.NULL);
    scanLiteral("null");
  }

  /** Whether the number at hand is written as an integer: no point, no exponent. Does not move. */
  public boolean isIntegral() {
    expect(Kind.NUMBER);
    int start = at;
    boolean integral = scanNumber().isIntegral();
    at = start;
    return integral;
  }

  /** Passes over the value at hand, whatever it is, and checks its syntax in full. */
  public void skipValue() {
    if (skipOrEnter()) {
      NestedSkip.skipEntered(this);
    }
  }

  /**
   * Whether the value at hand is an object with the single key {@code b64} and a string as its
   * value. Does not move.
   */
  public boolean isBase64Object() {
    int start = at;
    try {
      if (kind() != Kind.OBJECT || !enterObject() || !keyEquals("b64") || kind() != Kind.STRING) {
        return false;
      }
      scanString();
      return !nextMember();
    } finally {
      at = start;
    }
  }

  /** The text of the value that begins at a position, cut short, for error texts. Does not move. */
  public String excerpt(int position) {
    int kept = at;
    try {
      at = from + position;
      skipSpace();
      int begin = at;
      skipValue();
      int end = Math.min(at, begin + EXCERPT_BYTES);
      String text = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
      return end < at ? text + "..." : text;
    } finally {
      at = kept;
    }
  }

  /** Passes over a scalar or an empty container; or enters a container and says true. */
  boolean skipOrEnter() {
    return switch (kind()) {
      case OBJECT -> {
        opened = '{';
        yield enterObject();
      }
      case ARRAY -> {
        opened = '[';
        yield enterArray();
      }
      case STRING -> {
        scanString();
        yield false;
      }
      case NUMBER -> {
        scanNumber();
        yield false;
      }
      case BOOL -> {
        scanBoolean();
        yield false;
      }
      case NULL -> {
        scanLiteral("null");
        yield false;
      }
    };
  }

  /** Whether what {@link #skipOrEnter} entered last is an object. */
  boolean enteredObject() {
    return opened == '{';
  }

  /** The white space skipped, the byte at hand. */
  byte skipSpace() {
    int p = at;
    while (p < limit) {
      byte c = bytes[p];
      if (c > ' ' || !isSpace(c)) {
        at = p;
        return c;
      }
      p++;
    }
    at = p;
    throw endOfDocument();
  }

  NumberToken scanNumber() {
    at = number.scan(bytes, from, at, limit);
    return number;
  }

  StringToken scanString() {
    at = string.scan(bytes, from, at, limit);
    return string;
  }

  boolean scanBoolean() {
    boolean value = bytes[at] == 't';
    scanLiteral(value ? "true" : "false");
    return value;
  }

  /** Appends the string at hand as one element. */
  void scanStringInto(TensorBuffer out) {
    StringToken token = scanString();
    byte[] content = token.bytes();
    out.putString(content, token.offset(), token.length());
  }

  /** The error for the value at a position, which is not what is accepted there. */
  JsonTypeException mismatch(int position, String expected) {
    position(position);
    return new JsonTypeException(
        "JSON Value: "
            + excerpt(position)
            + " Type: "
            + kind().label()
            + " is not of expected type: "
            + expected);
  }

  private void scanLiteral(String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (at + i >= limit || bytes[at + i] != literal.charAt(i)) {
        throw invalidValue();
      }
    }
    at += literal.length();
  }

  private void readKey() {
    if (bytes[at] != '"') {
      throw syntax("Missing a name for object member.");
    }
    scanString();
    if (skipSpace() != ':') {
      throw syntax("Missing a colon after a name of object member.");
    }
    at++;
  }

  private void expect(Kind wanted) {
    if (kind() != wanted) {
      throw mismatch(position(), wanted.label());
    }
  }

  private JsonSyntaxException invalidValue() {
    return syntax("Invalid value.");
  }

  private JsonSyntaxException endOfDocument() {
    for (int p = from; p < limit; p++) {
      if (!isSpace(bytes[p])) {
        return syntax("The document ends too early.");
      }
    }
    return new JsonSyntaxException();
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  private JsonSyntaxException syntax(String reason) {
    return new JsonSyntaxException(reason, at - from);
  }
}
