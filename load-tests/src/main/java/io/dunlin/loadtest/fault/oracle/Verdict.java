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
  /** More came than one answer. */
  TWICE,
  /** 429 or 503. */
  REFUSED,
  /** 504. */
  EXPIRED,
  /** Any other status. */
  FAILED,
  /** The connection broke, or what came over it is no HTTP. */
  BROKEN,
  /** Nothing came until its deadline and a second more. */
  UNANSWERED;

  public boolean isRight() {
    return this == RIGHT;
  }

  /** Whether a caller was told something that is not so: worse than to be told nothing. */
  public boolean isLie() {
    return switch (this) {
      case WRONG, MIXED, MISNUMBERED, TWICE -> true;
      case RIGHT, LATE, REFUSED, EXPIRED, FAILED, BROKEN, UNANSWERED -> false;
    };
  }
}
