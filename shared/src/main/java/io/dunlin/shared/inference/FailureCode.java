package io.dunlin.shared.inference;

/**
 * Every way a call can fail, with what each protocol says of it.
 *
 * <p>HTTP statuses follow TensorFlow Serving's mapping of canonical codes; gRPC numbers are those
 * of {@code google.rpc.Code}. The wire carries the {@link #code()} text, so entries may be added
 * but neither renamed nor given another meaning.
 */
public enum FailureCode {
  /** The request is malformed or does not fit the model: the caller must change it. */
  INVALID_ARGUMENT("invalid_argument", 400, 3, false),
  /** The request is well formed but the model's state does not allow it. */
  FAILED_PRECONDITION("failed_precondition", 400, 9, false),
  /** No such model, version, label, signature or resource. */
  NOT_FOUND("not_found", 404, 5, false),
  /** No such method on this resource. */
  METHOD_NOT_ALLOWED("method_not_allowed", 405, 12, false),
  /** What the caller wants to create exists. */
  ALREADY_EXISTS("already_exists", 409, 6, false),
  /** The revision in If-Match is not the current one. */
  STALE_REVISION("stale_revision", 412, 10, false),
  /** The body or a tensor exceeds the configured limit. */
  PAYLOAD_TOO_LARGE("payload_too_large", 413, 3, false),
  /** The caller is over its own share. */
  RESOURCE_EXHAUSTED("resource_exhausted", 429, 8, true),
  /** The caller went away. */
  CANCELLED("cancelled", 499, 1, false),
  /** A bug in Dunlin, or a failure inside the model that is not the caller's mistake. */
  INTERNAL("internal", 500, 13, false),
  /** Known, but not offered here. */
  UNIMPLEMENTED("unimplemented", 501, 12, false),
  /** Nothing READY serves this model now. */
  UNAVAILABLE("unavailable", 503, 14, true),
  /** The queue in front of the model is full. */
  OVERLOADED("overloaded", 503, 14, true),
  /** The replica is leaving and takes no new work: another one will. */
  DRAINING("draining", 503, 14, true),
  /** The replica is not (or no longer) on the node that was asked. */
  REPLICA_GONE("replica_gone", 503, 14, true),
  /** The connection to the replica's node was lost before it answered. */
  CONNECTION_LOST("connection_lost", 503, 14, true),
  /** The deadline passed before an answer was there. */
  DEADLINE_EXCEEDED("deadline_exceeded", 504, 4, false);

  private final String code;
  private final int httpStatus;
  private final int grpcStatus;
  private final boolean retryable;

  FailureCode(String code, int httpStatus, int grpcStatus, boolean retryable) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.grpcStatus = grpcStatus;
    this.retryable = retryable;
  }

  /** The stable text that goes into error bodies and over the wire. */
  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** Number in {@code google.rpc.Code}. */
  public int grpcStatus() {
    return grpcStatus;
  }

  /** Whether the same request may succeed later or elsewhere. */
  public boolean retryable() {
    return retryable;
  }

  /** The entry with this code; {@link #INTERNAL} for one a newer process may have sent. */
  public static FailureCode ofCode(String code) {
    for (FailureCode entry : values()) {
      if (entry.code.equals(code)) {
        return entry;
      }
    }
    return INTERNAL;
  }
}
