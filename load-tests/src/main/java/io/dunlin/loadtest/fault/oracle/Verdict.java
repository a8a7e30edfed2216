package io.dunlin.loadtest.fault.oracle;

/** How one numbered request ended. Everything but {@link #RIGHT} is a failure. */
public enum Verdict {
  /** The right answer, in time. */
  RIGHT,
  /** The right answer, after its deadline. */
  LATE,
  /** 200 with values no version of the model gives. */
  WRONG,
  /** 200 with the values of another version than the one it names, or of several. */
  MIXED,
  /** The answer to another request. */
  MISNUMBERED,
  /** 429 or 503. */
  REFUSED,
  /** 504. */
  EXPIRED,
  /** Any other status. */
  FAILED,
  /** The connection broke, or more came over it than one answer. */
  BROKEN,
  /** Nothing came until its deadline and a second more. */
  UNANSWERED;

  public boolean isRight() {
    return this == RIGHT;
  }
}
