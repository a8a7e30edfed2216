package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.shared.inference.Failure;
import java.util.Optional;

/**
 * An infer request's body cut into its JSON and the raw tensors behind it. Pure.
 *
 * @param array holds both
 * @param jsonOffset where the JSON begins
 * @param jsonLength its bytes
 * @param binaryLength bytes of the raw tensors, which follow the JSON
 * @param framed whether the caller said where the JSON ends
 */
record InferBody(byte[] array, int jsonOffset, int jsonLength, int binaryLength, boolean framed) {
  /** On requests and responses: bytes of the JSON in front of binary tensors. */
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  static InferBody of(ApiRequest request) {
    Optional<String> header = request.header().apply(HEADER_LENGTH);
    int bodyLength = request.bodyLength();
    int jsonLength = header.isEmpty() ? bodyLength : jsonLength(header.get(), bodyLength);
    return new InferBody(
        request.body(),
        request.bodyOffset(),
        jsonLength,
        bodyLength - jsonLength,
        header.isPresent());
  }

  /** Whether there is no JSON at all: the body is the only input's bytes. */
  boolean isRaw() {
    return framed && jsonLength == 0;
  }

  int binaryOffset() {
    return jsonOffset + jsonLength;
  }

  private static int jsonLength(String header, int bodyLength) {
    int parsed;
    try {
      parsed = Integer.parseInt(header.strip());
    } catch (NumberFormatException e) {
      throw Failure.invalidArgument(
              "Unable to parse "
                  + HEADER_LENGTH
                  + ", got: "
                  + header
                  + " (expected: an integer, the bytes of the JSON)")
          .toException();
    }
    if (parsed < 0 || parsed > bodyLength) {
      throw Failure.invalidArgument(
              HEADER_LENGTH
                  + ": "
                  + parsed
                  + " (expected: 0.."
                  + bodyLength
                  + ", the body's bytes)")
          .toException();
    }
    return parsed;
  }
}
