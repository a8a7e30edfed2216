package io.dunlin.loadtest.generator;

/** How one request ended. */
public enum Outcome {
  /** 2xx, and right as far as it was checked. */
  OK,
  /** 429 or 503: turned away. */
  REFUSED,
  /** 504: the deadline passed. */
  EXPIRED,
  /** Any other status. */
  FAILED,
  /** 2xx with a body that is not the right answer. */
  WRONG,
  /** The connection ended, or what came back is not HTTP. */
  BROKEN,
  /** No answer until the run was over, or none sent for lack of a free connection. */
  UNANSWERED;

  /** What a status says, before its body is looked at. */
  public static Outcome ofStatus(int status) {
    if (status >= 200 && status < 300) {
      return OK;
    }
    return switch (status) {
      case 429, 503 -> REFUSED;
      case 504 -> EXPIRED;
      default -> FAILED;
    };
  }
}
